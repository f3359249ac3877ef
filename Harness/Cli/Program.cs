Console.Error.WriteLine("apchaos: no verb is built in yet.");
return 4;
