using ApChaos.Cli;

using var context = CliContext.OfProcess();
return CommandLine.Run(args, context);
