namespace ReverseEtl.Sandbox.Vendors;

/// <summary>The latest requests of an account with their bodies, within bounds.</summary>
internal sealed class VendorHistory
{
    private const int MostRequests = 1000;
    private const long MostBytes = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<VendorRequest> _requests = new();
    private LinkedListNode<VendorRequest>? _oldestWithBody;
    private long _bytes;

    public void Add(VendorRequest request)
    {
        lock (_gate)
        {
            var added = _requests.AddLast(request);
            _oldestWithBody ??= added;
            _bytes += request.Body.Length;
            while (_bytes > MostBytes && _oldestWithBody.Next is not null)
                DropBody();
            if (_requests.Count <= MostRequests)
                return;
            if (_oldestWithBody == _requests.First)
                DropBody();
            _requests.RemoveFirst();
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<VendorRequest> All()
    {
        lock (_gate)
            return [.. _requests];
    }

    private void DropBody()
    {
        var node = _oldestWithBody!;
        _bytes -= node.Value.Body.Length;
        node.Value = node.Value with { Body = default };
        _oldestWithBody = node.Next;
    }
}
