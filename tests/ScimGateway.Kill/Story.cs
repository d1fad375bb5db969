namespace ScimGateway.Kill;

/// <summary>What was asked and answered of one thing, for the day something is wrong with it.</summary>
internal abstract class Story(string name)
{
    private const int MostLines = 60;

    private readonly Queue<string> _lines = [];

    public string Name => name;

    public IReadOnlyList<string> History
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    protected void Note(string line)
    {
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > MostLines)
                _lines.Dequeue();
        }
    }
}
