using System.Text.Json;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Scim;

/// <summary>A page of a list as an answer.</summary>
internal sealed class ListAnswer
{
    private const int UsualBytes = 2_000;

    private readonly HttpContext _context;
    private readonly ListQuery _query;
    private readonly Reading _reading;
    private readonly ResourceQuery _asked;
    private readonly ResourceWriter _writer;
    private readonly MembersWriter? _members;
    private readonly RequestMemory.Share _memory;

    /// <summary>What is asked of these kinds of resource; a query that cannot be is refused.</summary>
    public ListAnswer(
        HttpContext context,
        ListQuery query,
        IReadOnlyList<Kind> kinds,
        Reading reading,
        MemberReads members,
        RequestMemory.Share memory
    )
    {
        var baseUrl = ScimWriter.BaseUrl(context);
        var projections = kinds
            .Select(kind => Projection.Read(GatewayTypes.Of(kind), query.Attributes, query.ExcludedAttributes, reading))
            .ToList();
        (_context, _query, _reading, _memory) = (context, query, reading, memory);
        _writer = new ResourceWriter(baseUrl, projections);
        _asked = new ResourceQuery(baseUrl, query.Count, Sought(query, kinds, reading))
        {
            StartIndex = query.StartIndex,
            Cursor = query.Cursor,
            Related = projections
                .Select(projection => projection.Needs(whole: false))
                .Aggregate((all, one) => all | one),
        };
        if (projections.Find(MembersWriter.IsNeeded) is { } ofGroups)
            _members = new MembersWriter(baseUrl, ofGroups, members);
    }

    /// <summary>Reads the page and writes it.</summary>
    public Task WriteAsync(ResourceReads reads, Caller caller) =>
        _members is null ? WriteWholeAsync(reads, caller) : StreamAsync(reads, caller, _members);

    // The resources before the list they are in: how many they are, one knows behind them.
    private async Task WriteWholeAsync(ResourceReads reads, Caller caller)
    {
        using var shown = new RentedBuffer(_memory);
        var page = await ReadAsync(
            workLimit =>
                reads.ListAsync(
                    caller,
                    _asked,
                    resource =>
                    {
                        if (shown.WrittenCount > 0)
                            shown.Write(","u8);
                        _writer.Write(shown, resource);
                    },
                    workLimit
                ),
            shown
        );
        shown.Write("]}"u8);
        using var head = new RentedBuffer();
        using (var json = new Utf8JsonWriter(head, ScimJson.WriterOptions))
            ListResponse.Open(json, Place(page), page.Count);
        await ScimWriter.AnswerAsync(_context, StatusCodes.Status200OK, head, shown);
    }

    // A page is read in one state of the store, which must not wait for anybody: where there is too little memory for
    // it, it is read again, once, when there is enough for most; what the first reading has cost is not the sender's.
    private async Task<ResourcePage> ReadAsync(Func<WorkLimit, Task<ResourcePage>> read, RentedBuffer shown)
    {
        try
        {
            return await read(_reading.WorkLimit);
        }
        catch (ScimException) when (shown.LacksMemory)
        {
            shown.Clear();
        }
        await shown.ReserveAsync(_query.Count * UsualBytes, _context.RequestAborted);
        return await read(new WorkLimit(gone: _context.RequestAborted));
    }

    // The documents of a page are few bytes beside the members of its groups, which go out as they are read.
    private async Task StreamAsync(ResourceReads reads, Caller caller, MembersWriter members)
    {
        using var answer = new StreamedAnswer(_context, StatusCodes.Status200OK, _memory);
        var (resources, bytes) = (new List<ShownResource>(), 0);
        var page = await ReadAsync(
            workLimit =>
            {
                resources.Clear();
                bytes = 0;
                return reads.ListAsync(
                    caller,
                    _asked,
                    resource =>
                    {
                        var kept = resource.Keep();
                        if ((bytes += kept.Bytes) > RequestMemory.Small)
                            answer.Body.Use(kept.Bytes);
                        resources.Add(kept);
                    },
                    workLimit
                );
            },
            answer.Body
        );
        if (HttpMethods.IsHead(_context.Request.Method))
        {
            _context.Response.ContentType = ScimWriter.ContentType;
            return;
        }
        using (var json = new Utf8JsonWriter(answer.Body, ScimJson.WriterOptions))
            ListResponse.Open(json, Place(page), page.Count);
        var any = false;
        foreach (var resource in resources)
        {
            if (any)
                answer.Body.Write(","u8);
            any = true;
            _writer.Open(answer.Body, resource.Stored);
            if (resource.Kind == Kind.Group)
                await members.WriteAsync(answer, resource);
            answer.Body.Write("}"u8);
            await answer.SendAsync();
        }
        answer.Body.Write("]}"u8);
        await answer.EndAsync();
    }

    private Page Place(ResourcePage page) =>
        _query.ByCursor
            ? new Page.ByCursor(page.Next, TotalResults: page.Total)
            : new Page.ByIndex(_query.StartIndex, page.Total);

    // A kind that does not have the attribute to sort by is sorted as one that has no value of it.
    private static List<Sought> Sought(ListQuery query, IReadOnlyList<Kind> kinds, Reading reading)
    {
        var sorted =
            query.SortBy is null ? []
            : kinds.Count == 1 ? kinds
            : [.. kinds.Where(kind => SortOrder.Has(query.SortBy, GatewayTypes.Of(kind), reading))];
        var types = kinds.Select(GatewayTypes.Of).ToList();
        return
        [
            .. kinds.Select(kind => new Sought(kind)
            {
                Filter = query.Filter is null ? null : Filter.Read(query.Filter, GatewayTypes.Of(kind), reading, types),
                Sort =
                    query.SortBy is not null && (sorted.Contains(kind) || sorted.Count == 0)
                        ? SortOrder.Read(query.SortBy, query.Descending, GatewayTypes.Of(kind), reading)
                        : null,
            }),
        ];
    }
}
