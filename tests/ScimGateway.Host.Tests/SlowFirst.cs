using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(ScimGateway.Host.Tests.SlowFirst))]

namespace ScimGateway.Host.Tests;

/// <summary>Classes with slow tests begin first, so that none of them is the last one, which all others wait for.</summary>
public sealed class SlowFirst : ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections
    )
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(collection => SlowTests(collection.TestCollectionDisplayName))];

    // A collection is named after its class: "Test collection for NAME (id: …)".
    private static int SlowTests(string collection) =>
        collection.Split(' ').Select(typeof(SlowFirst).Assembly.GetType).OfType<Type>().Sum(SlowTests);

    private static int SlowTests(Type type) =>
        type.GetMethods()
            .Cast<MemberInfo>()
            .Append(type)
            .Count(member => member.GetCustomAttributes<TraitAttribute>().Any(trait => trait.Value == "slow"));
}
