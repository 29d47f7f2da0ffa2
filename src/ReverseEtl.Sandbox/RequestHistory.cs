namespace ReverseEtl.Sandbox;

/// <summary>The latest requests.</summary>
internal sealed class RequestHistory
{
    private const int Capacity = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<ReceivedRequest> _requests = new(Capacity);

    public void Add(ReceivedRequest request)
    {
        lock (_gate)
        {
            if (_requests.Count == Capacity)
                _requests.Dequeue();
            _requests.Enqueue(request);
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ReceivedRequest> Latest(int limit)
    {
        lock (_gate)
            return [.. _requests.Reverse().Take(limit)];
    }

    public void Clear()
    {
        lock (_gate)
            _requests.Clear();
    }
}
