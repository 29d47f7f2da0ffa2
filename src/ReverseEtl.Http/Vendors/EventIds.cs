using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Vendors;

/// <summary>
/// Ids by which a vendor takes an event that it is told twice for one. Where the event's time is mapped, model, name, time and key make the
/// id, in any run; else the batch stands for the time, as a key may come back for another occasion.
/// </summary>
/// <param name="model">The model's name.</param>
/// <param name="name">The event's name.</param>
/// <param name="time">The field with the event's time.</param>
public sealed class EventIds(string model, string name, string time)
{
    /// <summary>The id of a row's event: SHA-256.</summary>
    public byte[] Of(ChangeBatch batch, int row)
    {
        var column = batch.Fields.FirstOrDefault(field => field.Name == time);
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\n{name}\n{column?.Text(row) ?? batch.Id}\n{batch.KeyText(row)}"));
    }

    /// <summary>The same as 32 hexadecimal digits.</summary>
    public string TextOf(ChangeBatch batch, int row) => Convert.ToHexStringLower(Of(batch, row).AsSpan(0, 16));
}
