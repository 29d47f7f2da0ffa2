using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Requests;

/// <summary>
/// A body written from the columns of a batch into pooled bytes, without an object per row. The bytes exist before the request
/// starts, as a signature has to cover them, a length has to announce them, and vendors limit it.
/// </summary>
public sealed class ColumnarContent : HttpContent
{
    private static readonly JsonSerializerOptions Values = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JsonText.Encoder,
    };

    private readonly PooledBuffer _buffer = new();
    private bool _writing;

    private ColumnarContent(string mediaType) => Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.Written;

    /// <summary>
    /// True once a connection stood and the body began to go out. Before that the receiver cannot have acted on the request, from
    /// then on it may have.
    /// </summary>
    public bool Begun { get; private set; }

    /// <summary>Writes a JSON body.</summary>
    /// <param name="write">Writes it; runs before this method returns.</param>
    /// <param name="mediaType">What it is called.</param>
    public static ColumnarContent Json(Action<Utf8JsonWriter> write, string mediaType = "application/json") => Of(mediaType, buffer =>
    {
        using var writer = new Utf8JsonWriter(buffer, JsonText.Body);
        write(writer);
    });

    /// <summary>Writes a JSON body of a few values that are not rows.</summary>
    /// <param name="value">An object whose members are written in camel case; those that are null are left out.</param>
    public static ColumnarContent Json(object value) => Json(value, "application/json");

    /// <summary>The same under another media type.</summary>
    public static ColumnarContent Json(object value, string mediaType) => Json(writer => JsonSerializer.Serialize(writer, value, value.GetType(), Values), mediaType);

    /// <summary>No body at all, for a request for rows whose address says everything: by it is known whether the request went out.</summary>
    public static ColumnarContent Nothing() => Of("application/json", _ => { });

    /// <summary>Writes the body of a form; values that are null are left out.</summary>
    public static ColumnarContent Form(params IEnumerable<(string Name, string? Value)> values) => Of("application/x-www-form-urlencoded", buffer =>
        buffer.Write(Encoding.ASCII.GetBytes(string.Join('&', from pair in values
                                                               where pair.Value is not null
                                                               select $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value!)}"))));

    /// <summary>Writes the members of a value into the object that is being written: what stands beside the rows of a body.</summary>
    /// <param name="writer">Stands within an object.</param>
    /// <param name="value">See <see cref="Json(object)"/>.</param>
    public static void WriteMembers(Utf8JsonWriter writer, object value)
    {
        using var members = JsonSerializer.SerializeToDocument(value, value.GetType(), Values);
        foreach (var member in members.RootElement.EnumerateObject())
            member.WriteTo(writer);
    }

    /// <summary>Writes a body.</summary>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="write">Writes it; runs before this method returns.</param>
    public static ColumnarContent Of(string mediaType, Action<IBufferWriter<byte>> write)
    {
        var content = new ColumnarContent(mediaType);
        try
        {
            write(content._buffer);
            return content;
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        (Begun, _writing) = (true, true);
        try
        {
            await stream.WriteAsync(Bytes, cancellationToken);
        }
        finally
        {
            _writing = false;
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _buffer.Length;
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // An early answer can end the exchange while the body is still going out. The pool would then hand the bytes to another
        // request: they are left to the collector instead.
        if (disposing && !_writing)
            _buffer.Dispose();
        base.Dispose(disposing);
    }
}
