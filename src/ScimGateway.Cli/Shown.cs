using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ScimGateway.Cli;

/// <summary>
/// What people see. Names come from Slack and from providers: nothing in them is taken for markup, moves the cursor or
/// turns the line round.
/// </summary>
internal static class Shown
{
    // A table in a file is as wide as it is.
    private const int Endless = 10_000;

    // When a credential was used is written down once a minute: "2026-11-26 23:14".
    private const int ToMinute = 16;

    // More would be many lines of a few words each.
    private const int MostInNarrow = 160;

    /// <summary>A text on one line, without what a terminal would obey.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control when rune.Value is '\n' or '\r' or '\t':
                case UnicodeCategory.LineSeparator:
                case UnicodeCategory.ParagraphSeparator:
                    line.Append(' ');
                    break;
                case UnicodeCategory.Control:
                case UnicodeCategory.Format:
                case UnicodeCategory.Surrogate:
                case UnicodeCategory.PrivateUse:
                case UnicodeCategory.OtherNotAssigned:
                    break;
                default:
                    line.Append(rune);
                    break;
            }
        return line.ToString();
    }

    /// <summary>A value as people read it.</summary>
    public static string Value(JsonNode? value) =>
        value switch
        {
            null => "",
            JsonArray all => string.Join(", ", all.Select(Value)),
            JsonObject fields => string.Join(
                ", ",
                fields
                    .Where(field => field.Value is not JsonObject { Count: 0 })
                    .Select(field => $"{field.Key} {Value(field.Value)}")
            ),
            _ when value.GetValueKind() == JsonValueKind.String => Time(value.GetValue<string>()),
            _ => value.ToJsonString(),
        };

    /// <summary>A column for each name, a row for each of the items.</summary>
    public static void Table(
        Terminal terminal,
        IReadOnlyList<string> columns,
        IEnumerable<IReadOnlyList<string>> rows,
        bool isWide = false
    )
    {
        var table = new Table { Border = terminal.IsWatched ? TableBorder.Simple : TableBorder.None };
        foreach (var column in columns)
            // What is to be copied stays in one piece, however narrow the terminal.
            table.AddColumn(
                new TableColumn(new Text(column))
                {
                    NoWrap = isWide || !terminal.IsWatched || column is "id" or "resource" or "at",
                }
            );
        foreach (var row in rows)
            table.AddRow(row.Select((cell, i) => new Text(Line(NextCommand.In(cell)), StyleOf(columns[i], cell))));
        Write(terminal, table, isWide);
    }

    /// <summary>Fields of the items, by their names. What is a reason's sentence has a column called reason.</summary>
    public static void Table(Terminal terminal, JsonNode? items, params IReadOnlyList<string> fields) =>
        Table(terminal, isWide: false, items, fields);

    /// <summary>
    /// The same; of fields with a plus before them as many are shown as the terminal has room for. Those with two go first.
    /// </summary>
    public static void Table(Terminal terminal, bool isWide, JsonNode? items, params IReadOnlyList<string> fields)
    {
        var isNarrow = terminal.IsWatched && !isWide;
        var columns = fields
            .Select(field => new Column(
                field,
                [.. (items as JsonArray ?? []).Select(item => Cell(item, field.TrimStart('+').Split('~')[0], isNarrow))]
            ))
            .ToList();
        var room = isNarrow ? Console(terminal).Profile.Width : Endless;
        var left = new List<string>();
        while (
            columns.Sum(column => column.Width) > room
            && columns.Where(column => column.MayGo).MaxBy(column => (column.IsEmpty, column.Pluses, column.Width))
                is { } widest
        )
        {
            columns.Remove(widest);
            left.Add(widest.Name);
        }
        Table(
            terminal,
            [.. columns.Select(column => column.Name)],
            Enumerable.Range(0, columns[0].Cells.Count).Select(i => columns.ConvertAll(column => column.Cells[i])),
            isWide
        );
        if (left.Count > 0)
            terminal.Error.WriteLine($"For want of room without {string.Join(", ", left)}, which --wide shows.");
    }

    private sealed record Column(string Field, IReadOnlyList<string> Cells)
    {
        // As the simple border has them.
        private const int Gap = 3;

        private const int MostOfSentence = 32;

        public string Name => Field.TrimStart('+').Split('.', '~')[0];

        public bool MayGo => Pluses > 0;

        public int Pluses => Field.Length - Field.TrimStart('+').Length;

        // A sentence is broken into lines before a column leaves for it.
        public int Width => Math.Min(Cells.Append(Name).Max(cell => Line(cell).GetCellWidth()), Most) + Gap;

        // "whom~16" is broken into lines of so many letters.
        private int Most =>
            Field.Split('~') is [_, var most] ? int.Parse(most, CultureInfo.InvariantCulture)
            : IsSentence(Field.TrimStart('+')) ? MostOfSentence
            : int.MaxValue;

        public bool IsEmpty => Cells.All(cell => cell.Length == 0);
    }

    /// <summary>A line for each field.</summary>
    public static void Fields(Terminal terminal, IEnumerable<KeyValuePair<string, JsonNode?>> fields)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in fields)
            grid.AddRow(
                new Text(Line(name)),
                new Text(Line(NextCommand.In(Value(value))), StyleOf(name, Value(value)))
            );
        Write(terminal, grid);
    }

    /// <summary>Empties a terminal that somebody watches.</summary>
    public static void Clear(Terminal terminal)
    {
        if (terminal.MayMove)
            terminal.Out.Write("\e[H\e[2J\e[3J");
    }

    // A state or an outcome, by its word; a name that is the same word has no colour.
    private static Style StyleOf(string column, string word) =>
        column is not ("state" or "standing" or "outcome" or "lastOutcome" or "result")
            ? Style.Plain
            : word switch
            {
                "settled" or "done" or "nothingToDo" or "live" or "valid" => new Style(Color.Green),
                "pending" or "accepted" or "running" or "toConfirm" or "shadow" => new Style(Color.Yellow),
                "failed" or "broken" or "refused" or "disabled" or "invalid" => new Style(Color.Red),
                "held" or "blocked" or "dismissed" or "protected" => new Style(Color.Purple),
                _ => Style.Plain,
            };

    /// <summary>What writes to a terminal.</summary>
    public static IAnsiConsole Console(Terminal terminal) => Console(terminal, terminal.Out, isWide: false);

    private static IAnsiConsole Console(Terminal terminal, TextWriter output, bool isWide)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi =
                    !terminal.IsWatched ? AnsiSupport.No
                    : terminal.HasColours ? AnsiSupport.Yes
                    : AnsiSupport.Detect,
                ColorSystem = terminal.HasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(output),
            }
        );
        if (isWide || !terminal.IsWatched)
            console.Profile.Width = Endless;
        return console;
    }

    // A terminal does not show the blanks that fill the last column; a file would keep them.
    private static void Write(Terminal terminal, IRenderable shown, bool isWide = false)
    {
        if (terminal.IsWatched)
        {
            Console(terminal, terminal.Out, isWide).Write(shown);
            return;
        }
        using var text = new StringWriter { NewLine = "\n" };
        Console(terminal, text, isWide).Write(shown);
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n'))
            terminal.Out.WriteLine(line.TrimEnd());
    }

    // A sentence says what to do next as a request of the admin API.
    private static string Cell(JsonNode? item, string field, bool isNarrow)
    {
        var value = Value(Find(item, field));
        if (field == "lastUsed" && value.Length > ToMinute)
            return value[..ToMinute];
        if (!IsSentence(field))
            return value;
        var said = NextCommand.In(value);
        return isNarrow && said.Length > MostInNarrow ? $"{said[..MostInNarrow]}…" : said;
    }

    private static bool IsSentence(string field) =>
        field is "why" or "error" or "changed" || field.EndsWith(".sentence", StringComparison.Ordinal);

    // "reason.sentence" is a field of a field.
    private static JsonNode? Find(JsonNode? item, string path)
    {
        foreach (var field in path.Split('.'))
            item = (item as JsonObject)?[field];
        return item;
    }

    private static string Time(string text) =>
        text is [_, _, _, _, '-', _, _, '-', _, _, 'T', ..]
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToString("u", CultureInfo.InvariantCulture)
            : text;
}
