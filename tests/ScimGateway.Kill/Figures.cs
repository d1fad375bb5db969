using System.Globalization;

namespace ScimGateway.Kill;

/// <summary>What was done and heard, counted over all lanes.</summary>
internal sealed class Figures
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Heard(object what, Answer answer) => Count($"{what} {answer.ToString().ToLowerInvariant()}");

    public void Count(string what, long many = 1)
    {
        lock (_gate)
            _counts[what] = _counts.GetValueOrDefault(what) + many;
    }

    public long this[string what]
    {
        get
        {
            lock (_gate)
                return _counts.GetValueOrDefault(what);
        }
    }

    public override string ToString()
    {
        lock (_gate)
            return string.Join(
                "\n",
                _counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"  {c.Key, -28}{c.Value, 12:N0}"))
            );
    }
}
