using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Model.Tenants;

/// <summary>
/// What preferences may be: those that contradict each other are refused with the field named, wherever they come from.
/// </summary>
public class PreferencesTests
{
    public static TheoryData<string, string, Preferences> Contradictions =>
        new()
        {
            {
                "updateUsers",
                "DisableUsers",
                new Preferences { UpdateUsers = false }
            },
            {
                "disableUsers",
                "RemoveAction",
                new Preferences { DisableUsers = false, RemoveAction = RemoveAction.Delete }
            },
            {
                "createUsers",
                "ProvisionDisabledUsers",
                new Preferences { CreateUsers = false, ProvisionDisabledUsers = true }
            },
            {
                "disableUsers",
                "ProvisionDisabledUsers",
                new Preferences { DisableUsers = false, ProvisionDisabledUsers = true }
            },
            {
                "60 seconds",
                "WaitBudget",
                new Preferences { WaitBudget = TimeSpan.FromSeconds(61) }
            },
            {
                "0 to",
                "WaitBudget",
                new Preferences { WaitBudget = TimeSpan.FromTicks(-1) }
            },
            {
                "waitBudgetSeconds",
                "WhenSlackIsSlow",
                new Preferences { WaitBudget = TimeSpan.Zero, WhenSlackIsSlow = WhenSlow.Refuse }
            },
        };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void What_contradicts_is_refused_with_the_field_named_and_what_to_do(
        string says,
        string field,
        Preferences preferences
    )
    {
        var refused = Assert.Throws<PreferencesException>(() => Preferences.FromJson(preferences.ToJson()));

        Assert.Equal([field], refused.Problems.Keys);
        Assert.Contains(says, refused.Problems[field], StringComparison.Ordinal);
        Assert.Contains($"{field}: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"RemoveAction":"Erase"}""", "RemoveAction")]
    [InlineData("""{"RemoveAction":7}""", "RemoveAction")]
    [InlineData("""{"WaitBudget":"soon"}""", "WaitBudget")]
    [InlineData("""{"CreateUsers":null}""", "CreateUsers")]
    [InlineData("""{"CreateUser":false}""", "CreateUser")]
    [InlineData("""{"CreateUsers":false,"CreateUsers":true}""", "CreateUsers")]
    [InlineData("null", "Preferences")]
    [InlineData("{", "Preferences")]
    [InlineData("", "Preferences")]
    public void What_is_not_understood_is_refused_and_never_left_aside(string json, string field) =>
        Assert.Equal([field], Assert.Throws<PreferencesException>(() => Preferences.FromJson(json)).Problems.Keys);

    [Fact]
    public void The_defaults_hold_and_come_back_as_they_were_stored()
    {
        var preferences = new Preferences();

        Assert.Equal(preferences, Preferences.FromJson(preferences.ToJson()));
        Assert.Equal(preferences, Preferences.FromJson("{}"));
    }

    public static IEnumerable<TheoryDataRow<Preset>> AllPresets =>
        Presets.All.Select(preset => new TheoryDataRow<Preset>(preset) { TestDisplayName = preset.Name });

    [Theory]
    [MemberData(nameof(AllPresets))]
    public void A_preset_holds_and_switches_nothing_off(Preset preset)
    {
        var preferences = Preferences.FromJson(preset.Preferences.ToJson());

        Assert.Equal(preset.Preferences, preferences);
        Assert.True(
            preferences is { CreateUsers: true, UpdateUsers: true, DisableUsers: true, DeprovisionUsers: true }
        );
    }

    [Fact]
    public void Providers_that_count_a_refusal_as_a_failure_of_the_connection_get_no_refusal_for_a_preference() =>
        Assert.Equal(
            ["PingOne", "PingFederate", "Entra ID"],
            Presets
                .All.Where(preset => preset.Preferences.WhenNotAllowed == NotAllowed.Skip)
                .Select(preset => preset.Name)
        );

    [Fact]
    public async Task A_tenant_with_stored_preferences_that_cannot_be_is_not_opened()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        try
        {
            await using var store = await SqliteStore.OpenAsync(
                Path.Combine(folder, "gateway.db"),
                _ => false,
                CancellationToken.None
            );
            await OpenAsync(store, new Preferences());
            await store.WriteAsync(
                session =>
                    session.Execute("update tenants set preferences = '{\"UpdateUsers\":false}'" + OneTenants.NotAlone),
                CancellationToken.None
            );

            var refused = await Assert.ThrowsAsync<PreferencesException>(() => OpenAsync(store, new Preferences()));
            Assert.Contains("DisableUsers", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_tenant_is_not_made_with_preferences_that_cannot_be()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        try
        {
            await using var store = await SqliteStore.OpenAsync(
                Path.Combine(folder, "gateway.db"),
                _ => false,
                CancellationToken.None
            );

            await Assert.ThrowsAsync<PreferencesException>(() =>
                OpenAsync(store, new Preferences { UpdateUsers = false })
            );

            Assert.Equal(
                0,
                store.Read(session =>
                    session.First("select count(*) from tenants" + OneTenants.NotAlone, row => row.Long())
                )
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<Caller> OpenAsync(Store store, Preferences preferences) =>
        store.WriteAsync(
            session =>
                Provisioning.Storage.Tables.Tenants.Open(session, "corp", "Corporation", "directory", preferences),
            CancellationToken.None
        );
}
