namespace ScimGateway.Kill;

/// <summary>
/// Who can be in one group. Of each member the last word counts: a word may be the last one as long as none that says
/// otherwise was begun after its end and acknowledged before the read. Nothing is ever taken back. What a read finds
/// was true at a moment of the read, so it is a word, too.
/// </summary>
/// <param name="members">Whom it is made with.</param>
internal sealed class Roll(IEnumerable<string> members)
{
    private readonly Lock _gate = new();
    private readonly List<Word> _words = [];
    private readonly HashSet<string> _named = [.. members];
    private HashSet<string> _in = [.. members];
    private HashSet<string> _inOrNot = [];
    private long _now;

    /// <summary>What a request, or a read, says of members by their keys; null of whom it says nothing.</summary>
    public sealed class Word(Func<string, bool?> says, bool isList, long began)
    {
        public Func<string, bool?> Says => says;

        public long Began => began;

        public long Ended { get; set; } = long.MaxValue;

        public bool IsAcknowledged { get; set; }

        /// <summary>
        /// Those who may not have been there when it was said: it may have passed over them, as a full list without
        /// them.
        /// </summary>
        public IReadOnlySet<string> Unsure { get; set; } = new HashSet<string>();

        public bool MaySay(string member, bool isIn) =>
            says(member) is { } said && (said == isIn || (isList && Unsure.Contains(member)));

        public bool MustSay(string member, bool isIn) =>
            IsAcknowledged && says(member) == isIn && !Unsure.Contains(member);
    }

    /// <summary>Those whose account is not known to have been there when the group was made.</summary>
    public void MadeWithout(IEnumerable<string> unsure)
    {
        lock (_gate)
            _inOrNot = [.. unsure];
    }

    /// <summary>Begins a word.</summary>
    public Word Begin(IEnumerable<string> named, Func<string, bool?> says, bool isList)
    {
        lock (_gate)
        {
            _named.UnionWith(named);
            var word = new Word(says, isList, ++_now);
            _words.Add(word);
            return word;
        }
    }

    /// <summary>Ends a word; of one without an answer nobody knows whether it was the last.</summary>
    public void End(Word word, Answer answer, IReadOnlySet<string> unsure)
    {
        lock (_gate)
        {
            word.Unsure = unsure;
            word.IsAcknowledged = answer is Answer.Done;
            if (answer is not Answer.Lost)
                word.Ended = ++_now;
            if (answer is Answer.Refused)
                _words.Remove(word);
        }
    }

    /// <summary>Begins a read.</summary>
    public long BeginRead()
    {
        lock (_gate)
            return ++_now;
    }

    /// <summary>Ends a read; returns the first who cannot be as found, or null.</summary>
    /// <param name="began">What its beginning gave.</param>
    /// <param name="found">Whether a member was found; null of whom the read says nothing.</param>
    /// <param name="shown">Those whom it showed.</param>
    public string? EndRead(long began, IEnumerable<string> shown, Func<string, bool?> found)
    {
        lock (_gate)
        {
            _named.UnionWith(shown);
            if (_named.FirstOrDefault(member => found(member) is { } isIn && !MayBe(member, isIn, began)) is { } wrong)
                return wrong;
            var known = _named.ToDictionary(member => member, found);
            _words.Add(
                new Word(member => known.GetValueOrDefault(member), false, began)
                {
                    Ended = ++_now,
                    IsAcknowledged = true,
                }
            );
            return null;
        }
    }

    /// <summary>Whether a member may be in the group now, or not.</summary>
    public bool MayBe(string member, bool isIn)
    {
        lock (_gate)
            return MayBe(member, isIn, ++_now);
    }

    /// <summary>What did not happen until now never will.</summary>
    public void ProcessEnded()
    {
        lock (_gate)
        {
            var now = ++_now;
            var (may, mayNot) = (
                _named.Where(member => MayBe(member, true, now)).ToHashSet(),
                _named.Where(member => MayBe(member, false, now)).ToHashSet()
            );
            (_in, _inOrNot) = (may, [.. may.Where(mayNot.Contains)]);
            _words.Clear();
        }
    }

    private bool MayBe(string member, bool isIn, long before) =>
        ((_in.Contains(member) == isIn || _inOrNot.Contains(member)) && !IsOver(member, isIn, 0, before))
        || _words.Exists(word => word.MaySay(member, isIn) && !IsOver(member, isIn, word.Ended, before));

    private bool IsOver(string member, bool isIn, long ended, long before) =>
        _words.Exists(word => word.Began > ended && word.Ended < before && word.MustSay(member, !isIn));
}
