using BenchmarkDotNet.Running;
using ScimGateway.Benchmarks;

// --short prints the ratios the project promises, in some ten seconds; anything else goes to BenchmarkDotNet.
if (args is ["--short"])
    return ShortRun.Print();

BenchmarkSwitcher.FromAssembly(typeof(ShortRun).Assembly).Run(args);
return 0;
