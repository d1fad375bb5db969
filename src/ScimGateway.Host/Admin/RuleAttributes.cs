using ScimGateway.Basics.Spelling;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Host.Admin;

/// <summary>
/// Whether users have what a rule asks for. The protocol lets a filter ask for anything (RFC 7644 §3.4.2.1: it has no
/// value then), but a rule that does so by mistake admits nobody, or everybody.
/// </summary>
internal static class RuleAttributes
{
    private const int MostLetters = 64;

    /// <summary>What no announced schema of users has, with what may have been meant; null if there is nothing.</summary>
    /// <exception cref="Protocol.Errors.ScimException">It cannot be read.</exception>
    public static string? Missing(string filter)
    {
        var read = Filter.Read(filter, GatewayTypes.User, Reading.Rfc());
        if (Unknown(read) is not (var path, var known))
            return null;
        var near = Nearest.To(path[(path.LastIndexOfAny(['.', ':']) + 1)..], known);
        var said = path.Length <= MostLetters ? path : $"{path[..(MostLetters - 1)]}…";
        return $"Users have no attribute '{said}'"
            + (
                near is not null
                    ? $"; did you mean '{near}'?"
                    : Elsewhere(path) ?? "; GET /{tenant}/scim/v2/Schemas lists them."
            );
    }

    // The first path that means nothing, and the names that stand where its own does.
    private static (string Path, IEnumerable<string> Known)? Unknown(Filter filter) =>
        filter switch
        {
            Filter.Not f => Unknown(f.Inner),
            Filter.And f => Unknown(f.Left) ?? Unknown(f.Right),
            Filter.Or f => Unknown(f.Left) ?? Unknown(f.Right),
            Filter.Compare f => Unknown(f.Path),
            Filter.Present f => Unknown(f.Path),
            Filter.Where f => Unknown(f.Path) ?? InElement(f.Element, f.Path, GatewayTypes.User.Find(f.Path)?.Leaf),
            _ => null,
        };

    private static (string, IEnumerable<string>)? Unknown(AttributePath path)
    {
        var users = GatewayTypes.User;
        if (users.Find(path) is not null)
            return null;
        var around = users.Find(path with { Sub = null });
        if (path.Sub is not null && around is not null)
            return (path.ToString(), Names(around.Leaf?.SubAttributes));
        var schema = path.Schema is null ? users.Schema : users.Extension(path.Schema);
        return (path.ToString(), Names(schema?.Attributes));
    }

    private static (string, IEnumerable<string>)? InElement(
        Filter filter,
        AttributePath around,
        AttributeDefinition? attribute
    ) =>
        filter switch
        {
            Filter.Not f => InElement(f.Inner, around, attribute),
            Filter.And f => InElement(f.Left, around, attribute) ?? InElement(f.Right, around, attribute),
            Filter.Or f => InElement(f.Left, around, attribute) ?? InElement(f.Right, around, attribute),
            Filter.Compare f => OfElement(f.Path, around, attribute),
            Filter.Present f => OfElement(f.Path, around, attribute),
            _ => null,
        };

    private static (string, IEnumerable<string>)? OfElement(
        AttributePath path,
        AttributePath around,
        AttributeDefinition? attribute
    ) =>
        path is { Schema: null, Sub: null }
        && (
            attribute?.Sub(path.Name) is not null
            || (attribute is { IsComplex: false } && path.Name.Equals("value", StringComparison.OrdinalIgnoreCase))
        )
            ? null
            : ($"{around}.{path}", Names(attribute?.SubAttributes));

    // One of an extension is named with its URN.
    private static string? Elsewhere(string path) =>
        GatewayTypes.User.Extensions.FirstOrDefault(extension => extension.Attribute(path) is not null) is { } extension
            ? $"; did you mean '{extension.Id}:{extension.Attribute(path)!.Name}'?"
            : null;

    private static IEnumerable<string> Names(IReadOnlyList<AttributeDefinition>? attributes) =>
        (attributes ?? []).Select(attribute => attribute.Name);
}
