using BenchmarkDotNet.Running;
using ScimGateway.Benchmarks;

// --short prints the ratios the project promises, in some ten seconds; --reads those of reads at 1,000 and 100,000
// users, in a minute or two; --letting-in what tests/bench/entry.sh puts beside a read; anything else goes to BenchmarkDotNet.
if (args is ["--short"])
    return ShortRun.Print();
if (args is ["--reads"])
    return await ReadRun.PrintAsync();
if (args is ["--letting-in"])
    return await LettingInRun.PrintAsync();

BenchmarkSwitcher.FromAssembly(typeof(ShortRun).Assembly).Run(args);
return 0;
