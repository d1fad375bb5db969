namespace ScimGateway.Architecture.Tests;

/// <summary>A folder of an assembly, which is a namespace, and what it owns.</summary>
/// <param name="Name">Its name behind the assembly's; folders in it are of the same room unless listed.</param>
/// <param name="Owns">One sentence for people.</param>
internal sealed record Room(string Name, string Owns)
{
    /// <summary>The room of the files that lie beside the folders.</summary>
    public const string Entrance = "(beside the folders)";
}

/// <summary>The rooms of an assembly. Each may use those below it; rooms on one step do not know each other.</summary>
/// <param name="Name">The assembly's name, with which its namespaces begin.</param>
/// <param name="Steps">From the bottom up.</param>
internal sealed record House(string Name, IReadOnlyList<Room[]> Steps)
{
    /// <summary>The folder that a type stands in; null for what the compiler made outside of all.</summary>
    public static string? Folder(Type type, string house) =>
        type.Namespace == house ? Room.Entrance
        : type.Namespace?.StartsWith(house + ".", StringComparison.Ordinal) == true
            ? type.Namespace[(house.Length + 1)..]
        : ArrowReader.IsGenerated(type) ? null
        : type.Namespace ?? Room.Entrance; // Program has none

    /// <summary>What the table and the code disagree about, in sentences.</summary>
    public IEnumerable<string> Faults(IReadOnlyCollection<Type> types, IReadOnlyCollection<Arrow> arrows)
    {
        var folders = types.ToLookup(type => Folder(type, Name));
        foreach (var folder in folders.Where(folder => folder.Key is not null && RoomOf(folder.Key) is null))
            yield return $"{folder.Key} is no room of the table; {folder.First().FullName} stands there.";

        var used = folders.Where(folder => folder.Key is not null).Select(folder => RoomOf(folder.Key!)).ToHashSet();
        foreach (var room in Steps.SelectMany(step => step).Where(room => !used.Contains(room)))
            yield return $"{room.Name} stands in the table and has no code.";

        var wrong =
            from arrow in Between(arrows)
            where Step(arrow.ToRoom) >= Step(arrow.FromRoom)
            group arrow.Member by (arrow.From, arrow.FromRoom, arrow.To, arrow.ToRoom) into members
            let of = members.Key
            let lies = Step(of.ToRoom) == Step(of.FromRoom) ? "beside" : "above"
            select $"{of.From} uses {of.To} in {string.Join(", ", members.Distinct())}: "
                + $"{of.ToRoom.Name} lies {lies} {of.FromRoom.Name}.";
        foreach (var fault in wrong.Order(StringComparer.Ordinal))
            yield return fault;
    }

    /// <summary>The rooms that a room really uses, from the top down.</summary>
    public IEnumerable<Room> UsedBy(Room room, IReadOnlyCollection<Arrow> arrows) =>
        Between(arrows).Where(a => a.FromRoom == room).Select(a => a.ToRoom).Distinct().OrderByDescending(Step);

    private IEnumerable<(Type From, Room FromRoom, string Member, Type To, Room ToRoom)> Between(
        IReadOnlyCollection<Arrow> arrows
    ) =>
        from arrow in arrows
        where arrow.From.Assembly == arrow.To.Assembly
        let rooms = (From: RoomOf(arrow.From), To: RoomOf(arrow.To))
        where rooms is { From: not null, To: not null } && rooms.From != rooms.To
        select (arrow.From, rooms.From, arrow.Member, arrow.To, rooms.To);

    private Room? RoomOf(Type type) => Folder(type, Name) is { } folder ? RoomOf(folder) : null;

    private Room? RoomOf(string folder)
    {
        var rooms = Steps.SelectMany(step => step).ToList();
        return rooms.Find(room => room.Name == folder)
            ?? rooms.Find(room => folder.StartsWith(room.Name + ".", StringComparison.Ordinal));
    }

    private int Step(Room room) => Steps.TakeWhile(step => !step.Contains(room)).Count();
}
