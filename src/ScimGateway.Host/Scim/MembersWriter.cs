using System.Text;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Scim;

/// <summary>
/// Writes the members of groups, a slice at a time, so that a group of any size costs no more memory than a small one.
/// </summary>
internal sealed class MembersWriter(string baseUrl, Projection projection, MemberReads members)
{
    private readonly MemberText _user = new(baseUrl, projection, Kind.User);
    private readonly MemberText _group = new(baseUrl, projection, Kind.Group);

    /// <summary>Whether the rows of members are read at all.</summary>
    public static bool IsNeeded(Projection projection) => projection.Shows("members");

    /// <summary>
    /// Writes them into a group's object that is open. A group without members has no such attribute (RFC 7643 §2.5).
    /// </summary>
    public async Task WriteAsync(StreamedAnswer answer, ShownResource group)
    {
        if (_user.IsEmpty)
            return;
        var (any, body) = (false, answer.Body);
        ResourceId? after = null;
        do
        {
            after = await members.SliceAsync(
                group,
                after,
                member =>
                {
                    body.Write(any ? ","u8 : ",\"members\":["u8);
                    any = true;
                    (member.Kind == Kind.User ? _user : _group).Write(body, member.Id);
                }
            );
            await answer.SendAsync();
        } while (after is not null);
        if (any)
            body.Write("]"u8);
    }

    /// <summary>
    /// A member as the client asked for it, but for the id, which is filled in where it belongs: so a member costs a
    /// copy of some two hundred bytes.
    /// </summary>
    private sealed class MemberText
    {
        private const string Hole = "00000000-0000-0000-0000-000000000000";

        private readonly byte[] _text;
        private readonly int[] _holes;

        public MemberText(string baseUrl, Projection projection, Kind kind)
        {
            var type = GatewayTypes.Of(kind);
            var json = ScimJson.NewObject();
            foreach (
                var (part, value) in new[]
                {
                    ("value", Hole),
                    ("$ref", $"{baseUrl}{type.Endpoint}/{Hole}"),
                    ("type", type.Name),
                }
            )
                if (projection.Shows("members", part))
                    json[part] = value;
            var text = ScimJson.ToText(json);
            IsEmpty = json.Count == 0;
            _text = Encoding.UTF8.GetBytes(text);
            _holes = [.. Places(text)];
        }

        /// <summary>Whether nothing of members is shown.</summary>
        public bool IsEmpty { get; }

        public void Write(RentedBuffer to, ReadOnlySpan<byte> id)
        {
            var span = to.GetSpan(_text.Length);
            _text.CopyTo(span);
            foreach (var hole in _holes)
                Ascii.ToLower(id, span[hole..], out _);
            to.Advance(_text.Length);
        }

        // By bytes; what stands before may be a host name in another script.
        private static IEnumerable<int> Places(string text)
        {
            for (var at = -1; (at = text.IndexOf(Hole, at + 1, StringComparison.Ordinal)) >= 0; )
                yield return Encoding.UTF8.GetByteCount(text.AsSpan(0, at));
        }
    }
}
