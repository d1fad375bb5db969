using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Requests that may be sent again.</summary>
internal static class Repeats
{
    // How many of those that are over go with one that comes.
    private const int MostForgotten = 100;

    /// <summary>
    /// Notes a request that begins, and forgets some that came before a time; gives back what is known of the one before
    /// by that word, and notes nothing then.
    /// </summary>
    public static Repeat? Begin(StoreSession store, Repeat request, Instant forgotten)
    {
        var row = store.Sql.RowId;
        store.Put(
            $"delete from repeats where {row} in (select {row} from repeats where at < @forgotten limit @most)",
            ("@forgotten", forgotten),
            ("@most", MostForgotten)
        );
        var former = store.First(
            "select key_id, word, asked, at, status, answer, location from repeats where key_id = @key and word = @word and at >= @forgotten",
            ToRepeat,
            ("@key", request.KeyId),
            ("@word", request.Word),
            ("@forgotten", forgotten)
        );
        if (former is not null)
            return former;
        Forget(store, request);
        store.Put(
            "insert into repeats (key_id, word, asked, at) values (@key, @word, @asked, @at)",
            ("@key", request.KeyId),
            ("@word", request.Word),
            ("@asked", request.Asked),
            ("@at", request.At)
        );
        return null;
    }

    /// <summary>Notes what was answered.</summary>
    public static int End(StoreSession store, Repeat request)
    {
        return store.Execute(
            "update repeats set status = @status, answer = @answer, location = @location where key_id = @key and word = @word",
            ("@status", request.Status),
            ("@answer", request.Answer),
            ("@location", request.Location),
            ("@key", request.KeyId),
            ("@word", request.Word)
        );
    }

    /// <summary>It made nothing: it may be sent again as if it never was.</summary>
    public static int Forget(StoreSession store, Repeat request)
    {
        return store.Execute(
            "delete from repeats where key_id = @key and word = @word",
            ("@key", request.KeyId),
            ("@word", request.Word)
        );
    }

    private static Repeat ToRepeat(Row row) =>
        new()
        {
            KeyId = row.Number<AdminKeyId>(),
            Word = row.Text(),
            Asked = row.Bytes(),
            At = row.Number<Instant>(),
            Status = row.IntOrNull(),
            Answer = row.TextOrNull(),
            Location = row.TextOrNull(),
        };
}
