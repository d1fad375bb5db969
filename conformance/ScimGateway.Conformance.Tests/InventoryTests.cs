using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ScimGateway.Conformance.Tests;

/// <summary>The inventory, and its page.</summary>
public sealed partial class InventoryTests
{
    [Fact]
    public void What_rests_on_what_names_requirements_that_there_are() =>
        Assert.Equal([], Rests.Unknown(Inventory.Rfc));

    [Fact]
    public void Nothing_rests_on_itself_by_way_of_others() =>
        Assert.True(!Rests.Circles(Inventory.Rfc).Any(), string.Join('\n', Rests.Circles(Inventory.Rfc)));

    [Fact]
    public void Its_page_is_what_there_is()
    {
        var (path, printed) = (Path.Combine(Suite.Folder(), "INVENTORY.md"), Page());
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(path, printed);
        Assert.True(
            printed == File.ReadAllText(path),
            $"INVENTORY.md is stale: run the tests once with UPDATE_DOCS=1.\n\n{printed}"
        );
    }

    [Fact]
    public void Ids_are_of_an_RFC_or_a_draft_and_a_section_or_of_a_provider_and_each_is_given_once()
    {
        Assert.All(Inventory.Rfc, one => Assert.Matches(Id(), one.Id));
        Assert.All(Inventory.Drafts, one => Assert.Matches(DraftId(), one.Id));
        Assert.All(Inventory.Providers, one => Assert.StartsWith($"{one.Provider}-", one.Id, StringComparison.Ordinal));
        Assert.Equal(Inventory.All.Count, Inventory.All.Select(one => one.Id).Distinct().Count());
    }

    [Fact]
    public void What_no_client_sees_has_a_reason_and_what_one_sees_a_check() =>
        Assert.All(Inventory.All, one => Assert.True(one.Check is null == one.Unseen is { Length: > 0 }, one.Id));

    [Fact]
    public void What_is_said_of_a_requirement_is_a_sentence_without_end() =>
        Assert.All(
            Inventory.All,
            one =>
                Assert.True(one.Says.Length > 10 && !one.Says.EndsWith('.') && !char.IsWhiteSpace(one.Says[0]), one.Id)
        );

    [Fact]
    public void Neither_the_suite_nor_the_sound_server_uses_the_gateway()
    {
        var used = new[] { typeof(Inventory), typeof(Sound.SoundServer) }
            .SelectMany(type => type.Assembly.GetReferencedAssemblies())
            .Select(assembly => assembly.Name!)
            .Where(name => name.StartsWith("ScimGateway", StringComparison.Ordinal));

        Assert.Equal(["ScimGateway.Conformance"], used);
    }

    private static string Page()
    {
        var page = new StringBuilder(
            $"""
            # What the RFCs and identity providers ask of a server

            Printed by a test from the requirements themselves: do not edit. {Inventory.Rfc.Count} requirements of RFC 7643,
            7644 and 9865, of which {Inventory.Rfc.Count(one =>
                one.Check is not null
            )} are checked, {Inventory.Drafts.Count} of two drafts, of which {Inventory.Drafts.Count(one =>
                one.Check is not null
            )} are, and {Inventory.Providers.Count} of identity providers. What is *unseen* is
            asked for as well, but no client can see it; the reason stands beside it. Each that is checked is proved by a fault
            that it reports ([`Faults`](ScimGateway.Conformance.Tests/Faults)).


            """
        );
        Documents(page, Inventory.Rfc);
        page.Append(
            """
            ## Drafts of 2026

            The SCIM 2.0 Interoperability Profile (draft-zollner-scim-interop-profile-01) and OpenID's IPSIE AL SCIM 2.0 Profile
            (draft 00, whose sections are counted from its headings). They are asked for by name alone: `--profile interop`,
            `ipsie-al1`, `ipsie-al2`.


            """
        );
        Documents(page, Inventory.Drafts);
        page.Append(
            """
            ## Providers

            What identity providers send, as [scenarios](ScimGateway.Conformance/Providers). Where one rests on more than the
            RFCs say, the last column has what the RFCs have instead; `--rfcs-only` leaves it out.


            """
        );
        foreach (var provider in Inventory.Providers.GroupBy(one => one.Section))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"### {provider.Key}\n\n| requirement | level | what is asked for | instead of |\n| --- | --- | --- | --- |\n"
            );
            foreach (var one in provider)
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{one.Id}` | {one.Level.ToString().ToUpperInvariant()} | {Cell(one.Says)} | {Cell(one.Beyond ?? "")} |\n"
                );
            page.Append('\n');
        }
        return page.ToString().TrimEnd() + "\n";
    }

    private static void Documents(StringBuilder page, IEnumerable<Requirement> requirements)
    {
        foreach (var document in requirements.GroupBy(one => one.Document))
        {
            page.Append(CultureInfo.InvariantCulture, $"## {Named(document.Key)}\n\n");
            foreach (
                var section in document
                    .GroupBy(one => one.Section)
                    .OrderBy(one => Order(one.Key), StringComparer.Ordinal)
            )
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"### §{section.Key}\n\n| requirement | level | what is asked for | state |\n| --- | --- | --- | --- |\n"
                );
                foreach (var one in section)
                    page.Append(
                        CultureInfo.InvariantCulture,
                        $"| `{one.Id}` | {one.Level.ToString().ToUpperInvariant()} | {Cell(one.Says)} | {(one.Unseen is { } why ? $"unseen: {Cell(why)}" : "checked")} |\n"
                    );
                page.Append('\n');
            }
        }
    }

    private static string Named(string document) =>
        document switch
        {
            "INTEROP" => "Interoperability profile",
            "IPSIE-ALL" => "IPSIE, all levels",
            _ when document.StartsWith("IPSIE-", StringComparison.Ordinal) => $"IPSIE, {document[6..]}",
            _ => document.Insert(3, " "),
        };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    // 3.10 comes after 3.9.
    private static string Order(string section) =>
        string.Join('.', section.Split('.').Select(part => part.PadLeft(3, '0')));

    [GeneratedRegex(@"^RFC(7643|7644|9865)-\d+(\.\d+)*-[A-Za-z0-9-]+$")]
    private static partial Regex Id();

    [GeneratedRegex(@"^(INTEROP|IPSIE-(ALL|AL1|AL2))-\d+(\.\d+)*-[a-z0-9-]+$")]
    private static partial Regex DraftId();
}
