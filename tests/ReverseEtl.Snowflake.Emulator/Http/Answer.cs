using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ReverseEtl.Snowflake.Emulator.Http;

/// <summary>Writes answers, gzipped where the caller takes that, and cut off where the script says so.</summary>
internal static class Answer
{
    public static Task JsonAsync(HttpContext context, int status, object body, Trouble? trouble = null) =>
        WriteAsync(context, status, json => JsonSerializer.Serialize(json, body), trouble);

    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write, Trouble? trouble = null)
    {
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
            write(json);
        var zips = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal);
        await SendAsync(context, status, new MemoryStream(zips ? Zip(body.ToArray()) : body.ToArray()), zips, trouble);
    }

    /// <summary>Sends a body as it is.</summary>
    public static async Task SendAsync(HttpContext context, int status, Stream body, bool isZipped, Trouble? trouble)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (isZipped)
            context.Response.Headers.ContentEncoding = "gzip";
        if (trouble?.DropAfterBytes is { } bytes)
        {
            var start = new byte[bytes];
            var length = await body.ReadAtLeastAsync(start, bytes, throwOnEndOfStream: false);
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(start.AsMemory(0, length));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await body.CopyToAsync(context.Response.Body);
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return zipped.ToArray();
    }
}
