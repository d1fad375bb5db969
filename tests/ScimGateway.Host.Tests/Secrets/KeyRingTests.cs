using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using ScimGateway.Host.Secrets;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Secrets;

/// <summary>The key ring in the store, what wraps it, and what is closed by its keys.</summary>
public class KeyRingTests
{
    private const string Token = "xoxp-planted-51f0c2";

    private static readonly TenantId _one = new(1);
    private static readonly MasterKey _old = NewKey();
    private static readonly MasterKey _new = NewKey();

    [Fact]
    public async Task The_store_has_no_key_of_the_ring_and_no_secret_that_can_be_read()
    {
        await using var store = await KeptStore.OpenAsync();
        using var secrets = await OpenAsync(store, _old);
        var kept = secrets.Protect(_one, SecretUse.SlackToken, Token);
        await store.Store.WriteAsync(
            session =>
            {
                Tenants.Open(session, "t", "T", "s", new());
                TenantConnections.SetToken(session, _one, new KeptToken(kept, null, null, null));
                return true;
            },
            TestContext.Current.CancellationToken
        );

        var whole = KeptStore.WholeOf(store.Folder);
        var entry = Assert.Single(await EntriesAsync(store));
        var key = KeyOf(entry);

        Assert.True(KeptStore.Has(whole, Encoding.UTF8.GetBytes(entry.Name)), "the dump has what the store has");
        Assert.True(KeptStore.Has(whole, kept), "the dump has what the store has");
        Assert.Equal(64, key.Length); // ASP.NET's own: 512 bits, from which it derives
        Assert.False(KeptStore.Has(whole, key));
        Assert.False(KeptStore.Has(whole, key[..32]));
        Assert.False(KeptStore.Has(whole, Encoding.UTF8.GetBytes(Token)));
        Assert.Equal(Token, secrets.Reveal(_one, SecretUse.SlackToken, kept));
    }

    [Fact]
    public async Task A_secret_in_another_tenants_row_cannot_be_read()
    {
        await using var store = await KeptStore.OpenAsync();
        using var secrets = await OpenAsync(store, _old);
        var kept = secrets.Protect(_one, SecretUse.SlackToken, Token);

        var refused = Assert.Throws<SecretUnreadableException>(() =>
            secrets.Reveal(new TenantId(2), SecretUse.SlackToken, kept)
        );

        Assert.Equal(
            "The Slack token of tenant 2 cannot be read: it is damaged, or was kept for another tenant or use. To put another one in its place, connect the tenant with a token again.",
            refused.Message
        );
    }

    [Fact]
    public async Task A_secret_of_which_a_bit_is_another_cannot_be_read()
    {
        await using var store = await KeptStore.OpenAsync();
        using var secrets = await OpenAsync(store, _old);
        var kept = secrets.Protect(_one, SecretUse.SlackToken, Token);

        foreach (var at in Enumerable.Range(20, kept.Length - 20))
        {
            kept[at] ^= 1;
            Assert.Throws<SecretUnreadableException>(() => secrets.Reveal(_one, SecretUse.SlackToken, kept));
            kept[at] ^= 1;
        }
        Assert.Throws<SecretUnreadableException>(() => secrets.Reveal(_one, SecretUse.SlackToken, []));
        Assert.Throws<SecretUnreadableException>(() =>
            secrets.Reveal(_one, SecretUse.SlackToken, Encoding.UTF8.GetBytes(Token))
        );
        Assert.Equal(Token, secrets.Reveal(_one, SecretUse.SlackToken, kept));
    }

    [Fact]
    public async Task Another_start_reads_what_was_kept_and_makes_no_other_key()
    {
        await using var store = await KeptStore.OpenAsync();
        var kept = await ProtectAsync(store, _old);
        var entries = await EntriesAsync(store);

        using var secrets = await OpenAsync(store, _old);

        Assert.Equal(Token, secrets.Reveal(_one, SecretUse.SlackToken, kept));
        Assert.Equal(entries.Select(entry => entry.Xml), (await EntriesAsync(store)).Select(entry => entry.Xml));
    }

    [Fact]
    public async Task Another_master_key_takes_over_from_the_former_which_opens_nothing_any_more()
    {
        await using var store = await KeptStore.OpenAsync();
        var kept = await ProtectAsync(store, _old);

        using (var both = await OpenAsync(store, _new, _old))
            Assert.Equal(Token, both.Reveal(_one, SecretUse.SlackToken, kept));
        using (var after = await OpenAsync(store, _new))
            Assert.Equal(Token, after.Reveal(_one, SecretUse.SlackToken, kept));

        await Assert.ThrowsAsync<MasterKeyException>(() => OpenAsync(store, _old));
        Assert.Single(await EntriesAsync(store));
    }

    [Fact]
    public async Task A_master_key_that_is_given_behind_the_one_in_use_changes_nothing()
    {
        await using var store = await KeptStore.OpenAsync();
        var kept = await ProtectAsync(store, _old);
        var before = Assert.Single(await EntriesAsync(store)).Xml;

        using var secrets = await OpenAsync(store, _old, _new);

        Assert.Equal(Token, secrets.Reveal(_one, SecretUse.SlackToken, kept));
        Assert.Equal(before, Assert.Single(await EntriesAsync(store)).Xml);
    }

    [Fact]
    public async Task A_wrong_master_key_ends_the_start_and_leaves_the_ring_as_it_is()
    {
        await using var store = await KeptStore.OpenAsync();
        var kept = await ProtectAsync(store, _old);
        var before = await EntriesAsync(store);

        var refused = await Assert.ThrowsAsync<MasterKeyException>(() => OpenAsync(store, _new));

        Assert.Equal(
            $"The secrets in the store were kept with {_old.Name}, and the gateway was given {_new.Name}: give it that one, alone or behind the new one. If it is lost for good: 'serve --new-master-key'.",
            refused.Message
        );
        Assert.Equal(before.Select(entry => entry.Xml), (await EntriesAsync(store)).Select(entry => entry.Xml));
        using var secrets = await OpenAsync(store, _old);
        Assert.Equal(Token, secrets.Reveal(_one, SecretUse.SlackToken, kept));
    }

    [Fact]
    public async Task Without_the_ring_a_secret_says_that_its_key_is_lost()
    {
        await using var store = await KeptStore.OpenAsync();
        var kept = await ProtectAsync(store, _old);
        await SpoilAsync(store, _ => null);

        using var secrets = await OpenAsync(store, _old);
        var refused = Assert.Throws<SecretUnreadableException>(() => secrets.Reveal(_one, SecretUse.SlackToken, kept));

        Assert.Equal(
            "The Slack token of tenant 1 cannot be read: the store has lost the key that it was closed by, as after 'serve --new-master-key'. To go on, connect the tenant with a token again. Where only the table key_ring was lost, restore it from the backup that the store is from.",
            refused.Message
        );
    }

    [Fact]
    public async Task A_key_that_is_not_wrapped_ends_the_start()
    {
        await using var store = await KeptStore.OpenAsync();
        await ProtectAsync(store, _old);
        var name = Assert.Single(await EntriesAsync(store)).Name;
        await SpoilAsync(
            store,
            xml =>
            {
                var secret = xml.Descendants().Single(one => one.Name.LocalName == "encryptedSecret");
                secret.ReplaceWith(new Wrappings(_old).Unwrap(secret.Elements().Single()));
                return xml;
            }
        );

        var refused = await Assert.ThrowsAsync<MasterKeyException>(() => OpenAsync(store, _old));

        Assert.Equal(
            $"The entry {name} of the store's table key_ring is not wrapped: the gateway did not write it. Find out who did, and restore the table from a backup.",
            refused.Message
        );
    }

    [Fact]
    public async Task A_damaged_key_ends_the_start()
    {
        await using var store = await KeptStore.OpenAsync();
        await ProtectAsync(store, _old);
        await SpoilAsync(
            store,
            xml =>
            {
                var wrapped = xml.Descendants("wrapped").Single();
                var bytes = Convert.FromBase64String(wrapped.Value);
                bytes[^1] ^= 1;
                wrapped.Value = Convert.ToBase64String(bytes);
                return xml;
            }
        );

        var refused = await Assert.ThrowsAsync<MasterKeyException>(() => OpenAsync(store, _old));

        Assert.Equal(
            "An entry of the store's table key_ring is damaged: restore the table from a backup.",
            refused.Message
        );
    }

    // Written by an earlier build: names of types and purposes stand in it, which nobody may change.
    [Fact]
    public async Task What_an_earlier_build_has_kept_is_read()
    {
        await using var store = await KeptStore.OpenAsync();
        await store.Store.WriteAsync(
            session => KeyRing.Add(session, new KeyRingEntry { Name = Earlier.Name, Xml = Earlier.Xml }),
            TestContext.Current.CancellationToken
        );

        using var secrets = await OpenAsync(store, Assert.Single(MasterKey.Parse(Earlier.MasterKey, "the test")));

        Assert.Equal(
            "xoxp-of-an-earlier-build",
            secrets.Reveal(new TenantId(17), SecretUse.SlackToken, Convert.FromBase64String(Earlier.Kept))
        );
    }

    private static async Task<byte[]> ProtectAsync(KeptStore store, Wrapping by)
    {
        using var secrets = await OpenAsync(store, by);
        return secrets.Protect(_one, SecretUse.SlackToken, Token);
    }

    private static Task<KeptSecrets> OpenAsync(KeptStore store, params Wrapping[] by) =>
        KeptSecrets.OpenAsync(store.Store, new Wrappings(by), TestContext.Current.CancellationToken);

    private static async Task<List<KeyRingEntry>> EntriesAsync(KeptStore store) =>
        await store.Store.AskAsync(KeyRing.All);

    private static byte[] KeyOf(KeyRingEntry entry)
    {
        var wrapped = XElement.Parse(entry.Xml).Descendants("wrapped").Single();
        return Convert.FromBase64String(new Wrappings(_old).Unwrap(wrapped).Element("value")!.Value);
    }

    // Each entry is what is made of it then, or gone.
    private static async Task SpoilAsync(KeptStore store, Func<XElement, XElement?> change)
    {
        await using var kept = StoreTables.Open(store.Folder);
        var entries = kept.KeyRing.ToList();
        kept.KeyRing.RemoveRange(entries);
        await kept.SaveChangesAsync();
        kept.ChangeTracker.Clear();
        kept.KeyRing.AddRange(
            from entry in entries
            let changed = change(XElement.Parse(entry.Xml))
            where changed is not null
            select new KeyRingEntry { Name = entry.Name, Xml = changed.ToString(SaveOptions.DisableFormatting) }
        );
        await kept.SaveChangesAsync();
    }

    private static MasterKey NewKey() => new(RandomNumberGenerator.GetBytes(32));
}
