namespace ReverseEtl.Sandbox.Scripting;

/// <summary>The rules in force.</summary>
public sealed class Script
{
    private readonly Lock _gate = new();
    private readonly List<(ScriptRule Rule, int Left)> _rules = [];

    /// <summary>Adds a rule after the others.</summary>
    public void Add(ScriptRule rule)
    {
        lock (_gate)
            _rules.Add((rule, rule.Times ?? int.MaxValue));
    }

    /// <summary>Removes all rules.</summary>
    public void Clear()
    {
        lock (_gate)
            _rules.Clear();
    }

    /// <summary>What to do with a request, counted as done; null for the usual.</summary>
    /// <param name="path">The request's path.</param>
    /// <param name="hasKey">Whether the request has a row with this key.</param>
    internal ScriptAction? Next(string path, Func<string, bool> hasKey) => Next(rule => rule.Path is null || rule.Path == path, hasKey);

    /// <summary>What to do with a request, counted as done; null for the usual.</summary>
    /// <param name="concerns">Whether a rule is for the request's path.</param>
    /// <param name="hasKey">Whether the request has a row with this key.</param>
    internal ScriptAction? Next(Func<ScriptRule, bool> concerns, Func<string, bool> hasKey)
    {
        lock (_gate)
        {
            var at = _rules.FindIndex(entry => concerns(entry.Rule) && Fits(entry.Rule.Then, hasKey));
            if (at < 0)
                return null;
            var (rule, left) = _rules[at];
            if (left > 1)
                _rules[at] = (rule, left - 1);
            else
                _rules.RemoveAt(at);
            return rule.Then;
        }
    }

    private static bool Fits(ScriptAction action, Func<string, bool> hasKey) =>
        (action.RejectKeys ?? action.RejectBatchContaining)?.Any(hasKey) ?? true;
}
