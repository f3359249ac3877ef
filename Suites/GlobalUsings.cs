// The only place that names the approval engine: with the package Verify.NUnit this line reads `VerifyNUnit.Verifier`.
global using static ApChaos.Approvals.Verifier;
