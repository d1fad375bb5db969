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

    [Theory]
    [InlineData("User")]
    [InlineData("Group")]
    public void A_decision_knows_neither_store_nor_clock(string kind)
    {
        var reads = Reached(kind).Where(method => Types(method).Any(type => _sources.Any(type.IsAssignableTo)));

        Assert.True(
            !reads.Any(),
            string.Join('\n', reads.Select(method => $"{method.DeclaringType}.{method.Name}").Distinct())
        );
    }

    [Theory]
    [InlineData("User", "Policy.AccountMatch", "Find")]
    [InlineData("User", "Policy.UserPolicy", "Decide")]
    [InlineData("User", "Policy.Guard", "Holds")]
    [InlineData("User", "Policy.Scope", "Admits")]
    [InlineData("User", "Policy.UserNames", "Choose")]
    [InlineData("Group", "Policy.GroupPolicy", "Decide")]
    [InlineData("Group", "Policy.Guard", "Holds")]
    [InlineData("Group", "Writing.MemberRows", "Of")]
    public void All_that_decides_is_looked_at(string kind, string type, string method) =>
        Assert.Contains(Reached(kind), one => one.DeclaringType == Named(type) && one.Name == method);

    [Theory]
    [InlineData("User")]
    [InlineData("Group")]
    public void What_reads_would_be_found(string kind) =>
        Assert.Contains(
            ArrowReader.Reached(Own($"Writing.{kind}Situation")),
            method => Types(method).Contains(typeof(StoreSession))
        );

    private static IReadOnlyCollection<MethodBase> Reached(string kind) =>
        ArrowReader.Reached(Own($"Writing.{kind}Decision"));

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
