using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Admin;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>The help lists the preferences that there are, with the values they can have.</summary>
public class PreferenceWordsTests
{
    [Fact]
    public void Each_preference_is_listed_with_its_values_and_its_default_first()
    {
        var there = typeof(Preferences).GetProperties().ToList();
        Assert.Equal(there.Count, Preference.All.Count);
        foreach (var (property, listed) in there.Zip(Preference.All))
        {
            var isWait = property.PropertyType == typeof(TimeSpan);
            Assert.Equal(AdminJson.Named(property.Name) + (isWait ? "Seconds" : ""), listed.Name);
            var usual = property.GetValue(new Preferences())!;
            string[] all =
                property.PropertyType.IsEnum ? [.. Enum.GetValues(property.PropertyType).Cast<object>().Select(Word)]
                : property.PropertyType == typeof(bool) ? ["true", "false"]
                : ["NUMBER"];
            var first = isWait ? $"{((TimeSpan)usual).TotalSeconds:0}" : Word(usual);
            Assert.Equal([first, .. all.Where(word => word != first)], listed.Values);
            Assert.NotEmpty(listed.Says);
        }
    }

    [Fact]
    public async Task Help_lists_them()
    {
        using var entered = new TerminalSession();

        Assert.Equal(Exit.Done, await entered.RunAsync("preferences set --help"));
        Assert.All(
            Preference.All,
            one =>
                Assert.Contains(
                    $"\n    {one.Name}={string.Join('|', one.Values)}",
                    entered.Out,
                    StringComparison.Ordinal
                )
        );
    }

    private static string Word(object value) =>
        JsonSerializer.SerializeToNode(value, AdminJson.Options) is JsonValue word
        && word.GetValueKind() == JsonValueKind.String
            ? word.GetValue<string>()
            : JsonSerializer.Serialize(value, AdminJson.Options);
}
