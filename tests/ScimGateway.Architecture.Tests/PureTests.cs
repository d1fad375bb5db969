using System.Reflection;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using Xunit;

namespace ScimGateway.Architecture.Tests;

/// <summary>What decides a write reads nothing: all that it knows is handed to it.</summary>
public class PureTests
{
    private static readonly Assembly _assembly = typeof(Link).Assembly;

    private static readonly Type[] _sources = [typeof(StoreSession), typeof(HomeStore), typeof(TimeProvider)];

    private static readonly IReadOnlyCollection<MethodBase> _reached = ArrowReader.Reached(Own("Writing.UserDecision"));

    [Fact]
    public void A_decision_on_a_user_knows_neither_store_nor_clock()
    {
        var reads = _reached.Where(method => Types(method).Any(type => _sources.Any(type.IsAssignableTo)));

        Assert.True(
            !reads.Any(),
            string.Join('\n', reads.Select(method => $"{method.DeclaringType}.{method.Name}").Distinct())
        );
    }

    [Theory]
    [InlineData("Policy.AccountMatch", "Find")]
    [InlineData("Policy.UserPolicy", "Decide")]
    [InlineData("Policy.Guard", "Holds")]
    [InlineData("Policy.Scope", "Admits")]
    [InlineData("Policy.UserNames", "Choose")]
    public void All_that_decides_is_looked_at(string type, string method) =>
        Assert.Contains(_reached, one => one.DeclaringType == Named(type) && one.Name == method);

    [Fact]
    public void What_reads_would_be_found() =>
        Assert.Contains(
            ArrowReader.Reached(Own("Writing.UserSituation")),
            method => Types(method).Contains(typeof(StoreSession))
        );

    private static IEnumerable<Type> Types(MethodBase method) =>
        method
            .GetParameters()
            .Select(parameter => parameter.ParameterType)
            .Append(method is MethodInfo { ReturnType: var returned } ? returned : typeof(void))
            .Append(method.DeclaringType!);

    private static MethodInfo[] Own(string type) =>
        Named(type).GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Public);

    private static Type Named(string type) =>
        _assembly.GetType($"ScimGateway.Provisioning.{type}", throwOnError: true)!;
}
