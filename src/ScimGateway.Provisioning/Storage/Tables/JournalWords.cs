using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The words that the journal has of a person, and how it forgets them.</summary>
internal static class JournalWords
{
    /// <summary>All names by which the journal knows who a link is of.</summary>
    public static List<KnownAs> Names(StoreSession store, LinkId link) =>
        store.All(
            "select distinct names from operations where names is not null and (link_id = @link or resource_id in (select id from resources where link_id = @link))",
            row => KnownAs.Parse(row.Text())!,
            ("@link", link)
        );

    /// <summary>Takes all words away that lines of a link, and of what it was of, have of a person.</summary>
    public static void Forget(StoreSession store, LinkId link) =>
        store.Put(
            "update operations set names = null, names_key = null, notes = '', commands = '', error = null, verdict = case when verdict like 'skip%' then 'skip' "
                + "when verdict like 'hold%' then 'hold' else verdict end where link_id = @link or resource_id in (select id from resources where link_id = @link)",
            ("@link", link)
        );

    /// <summary>
    /// Takes all words away that refused requests of a tenant have of a person: those that say one of these names, alone
    /// and not as a part of another word.
    /// </summary>
    public static void ForgetRefused(StoreSession store, TenantId tenantId, IReadOnlySet<string> names)
    {
        string[] sought =
        [
            .. names.Where(name => name.Length > 1).SelectMany(name => (string[])[name, Fold.Key(name)]),
        ];
        var said = store.All(
            "select id, request, request || ' ' || coalesce(names, '') || ' ' || coalesce(names_key, '') || ' ' || notes || ' ' || commands || ' ' || coalesce(error, '') from operations "
                + "where tenant_id = @tenant and outcome = 'refused'",
            row =>
            {
                var (id, request, text) = (row.Id<OperationId>(), row.Text(), row.Text());
                return sought.Any(name => Says(text, name)) ? (id, request) : default((OperationId, string)?);
            },
            ("@tenant", tenantId)
        );
        foreach (var (id, request) in said.OfType<(OperationId, string)>())
            store.Put(
                "update operations set request = @request, names = null, names_key = null, notes = '', commands = '', error = null where id = @id",
                ("@request", OfNobody(request)),
                ("@id", id)
            );
    }

    // DELETE /Users/ada says more than what was asked for of which kind.
    private static string OfNobody(string request)
    {
        foreach (var kind in (string[])["Users/", "Groups/"])
            if (request.IndexOf(kind, StringComparison.OrdinalIgnoreCase) is var at and >= 0)
                return request[..(at + kind.Length)] + "…";
        return request;
    }

    private static bool Says(string text, string name)
    {
        for (var at = 0; (at = text.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
            if (
                (at == 0 || !char.IsLetterOrDigit(text[at - 1]))
                && (at + name.Length == text.Length || !char.IsLetterOrDigit(text[at + name.Length]))
            )
                return true;
        return false;
    }
}
