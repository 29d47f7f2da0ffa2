using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ReverseEtl.Snowflake.Emulator.Http;

/// <summary>The three operations of the SQL API, once a request is known to be in order.</summary>
internal sealed class StatementEndpoints(StatementStore store, Script script, EmulatorOptions options)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task SubmitAsync(HttpContext context)
    {
        if (await BodyAsync(context) is not { } body)
            return;
        var trouble = script.Take(Step.Submit, body.Statement);
        if (await IsOverAsync(context, trouble))
            return;
        var query = context.Request.Query;
        var id = query["requestId"].FirstOrDefault();
        var known = id is not null && query["retry"] == "true" ? store.OfRequest(id) : null;
        var statement = known ?? store.Start(body, id, trouble?.RunsForPolls);
        if (query["async"] != "true")
            await Task.WhenAny(statement.Over, Task.Delay(options.SyncWait, context.RequestAborted));
        if (trouble is { DropAfterwards: true })
        {
            await statement.Over;
            context.Abort();
            return;
        }

        // Asynchronous is asynchronous, also where the statement is over by now.
        if (query["async"] == "true" || !statement.Over.IsCompleted)
            await Answer.JsonAsync(context, StatusCodes.Status202Accepted, StatementJson.Running(statement), trouble);
        else
            await AnswerAsync(context, statement, trouble, StatusCodes.Status408RequestTimeout);
    }

    public async Task StatusAsync(HttpContext context, string handle)
    {
        var statement = store.Find(handle);
        var asked = context.Request.Query["partition"].FirstOrDefault();
        var trouble = script.Take(asked is null ? Step.Status : Step.Partition, statement?.Sql);
        if (await IsOverAsync(context, trouble))
            return;
        if (statement is null)
        {
            await Answer.JsonAsync(context, StatusCodes.Status404NotFound, StatementJson.Refused("391920", $"Unable to find statement {handle}."));
            return;
        }

        if (options.StatusWait > TimeSpan.Zero)
            await Task.WhenAny(statement.Over, Task.Delay(options.StatusWait, context.RequestAborted));
        if (statement.Poll())
            await Answer.JsonAsync(context, StatusCodes.Status202Accepted, StatementJson.Running(statement), trouble);
        else if (asked is null or "0" || statement.Error is not null)
            await AnswerAsync(context, statement, trouble, StatusCodes.Status422UnprocessableEntity);
        else
            await PartitionAsync(context, statement, asked, trouble);
    }

    public async Task CancelAsync(HttpContext context, string handle)
    {
        var statement = store.Find(handle);
        if (await IsOverAsync(context, script.Take(Step.Cancel, statement?.Sql)))
            return;
        if (statement is null)
        {
            await Answer.JsonAsync(context, StatusCodes.Status404NotFound, StatementJson.Refused("391920", $"Unable to find statement {handle}."));
            return;
        }

        var isEffective = statement.Cancel();
        await statement.Over;
        await Answer.JsonAsync(context, isEffective ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity, StatementJson.Cancelled(statement, isEffective));
    }

    private static async Task PartitionAsync(HttpContext context, Statement statement, string asked, Trouble? trouble)
    {
        if (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var partition) || partition >= statement.Result!.Partitions.Count)
        {
            await Answer.JsonAsync(context, StatusCodes.Status400BadRequest, StatementJson.Refused("391918", $"there is no partition {asked}"));
            return;
        }

        await using var body = statement.Result.Open(partition);
        await Answer.SendAsync(context, StatusCodes.Status200OK, body, isZipped: true, trouble);
    }

    private static Task AnswerAsync(HttpContext context, Statement statement, Trouble? trouble, int timedOut) => statement.Error is { } error
        ? Answer.JsonAsync(context, error.Code == "000630" ? timedOut : StatusCodes.Status422UnprocessableEntity, StatementJson.Failed(statement), trouble)
        : Answer.WriteAsync(context, StatusCodes.Status200OK, json => StatementJson.WriteResult(json, statement), trouble);

    private static async Task<bool> IsOverAsync(HttpContext context, Trouble? trouble)
    {
        if (trouble is { Drop: true })
            context.Abort();
        else if (trouble is { Status: { } status })
        {
            if (trouble.RetryAfter is { } seconds)
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await Answer.JsonAsync(context, status, StatementJson.Refused(status == 401 ? "390144" : "390000", "scripted"));
        }
        else
            return false;
        return true;
    }

    private static async Task<StatementBody?> BodyAsync(HttpContext context)
    {
        try
        {
            var body = await JsonSerializer.DeserializeAsync<StatementBody>(context.Request.Body, Json, context.RequestAborted);
            if (body is { Statement.Length: > 0, Timeout: null or >= 0 })
                return body;
            await Answer.JsonAsync(context, StatusCodes.Status400BadRequest, StatementJson.Refused("391917", "the statement is missing, or the timeout is negative"));
        }
        catch (JsonException malformed)
        {
            await Answer.JsonAsync(context, StatusCodes.Status400BadRequest, StatementJson.Refused("391917", malformed.Message));
        }

        return null;
    }
}
