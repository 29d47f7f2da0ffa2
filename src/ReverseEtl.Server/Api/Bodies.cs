using System.ComponentModel.DataAnnotations;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Syncs;
using ReverseEtl.Server.Access;

namespace ReverseEtl.Server.Api;

/// <summary>What is asked of one run, or of a look at what it would do, against what the sync says.</summary>
internal sealed record RunBody
{
    /// <summary>Replaces the guard max_removed: a share such as <c>60%</c>, or a number of rows.</summary>
    [RegularExpression("^([0-9]+([.][0-9]+)?%|[0-9]{1,18})$")]
    public string? AllowRemoved { get; init; }

    /// <summary>Lets mapped columns of another type pass.</summary>
    public bool AllowSchema { get; init; }

    /// <summary>Sends every row of the model again.</summary>
    public bool Full { get; init; }

    /// <summary>Makes what the destination holds exactly the model's rows, whatever others put there.</summary>
    public bool Replace { get; init; }

    /// <summary>Begins anew where the model's key is another one.</summary>
    public bool Rekey { get; init; }

    /// <summary>Tries rejected rows again though they are not due.</summary>
    public bool RetryRejected { get; init; }

    /// <summary>The same as runs have it; without a body nothing beyond the ordinary is asked.</summary>
    public static RunOptions Options(RunBody? body)
    {
        if (body is null)
            return new RunOptions();
        ParameterCheck.CheckBody(body);
        return new RunOptions
        {
            AllowRemoved = LimitOf(body.AllowRemoved),
            AllowSchema = body.AllowSchema,
            Full = body.Full,
            Replace = body.Replace,
            Rekey = body.Rekey,
            RetryRejected = body.RetryRejected,
        };
    }

    /// <summary>The body that asks for some options.</summary>
    public static RunBody Of(RunOptions options) => new()
    {
        AllowRemoved = options.AllowRemoved?.ToText(),
        AllowSchema = options.AllowSchema,
        Full = options.Full,
        Replace = options.Replace,
        Rekey = options.Rekey,
        RetryRejected = options.RetryRejected,
    };

    private static Limit? LimitOf(string? text) => text is null ? null
        : Limit.TryParse(text, out var limit) ? limit
        : throw ApiException.Wrong($"allow_removed takes a share such as 60% or a number of rows, not \"{text}\"", "allow_removed");
}

/// <summary>A pause.</summary>
internal sealed record PauseBody
{
    /// <summary>Why, for those who find the sync paused.</summary>
    [StringLength(1000)]
    public string? Reason { get; init; }
}

/// <summary>What became of rows that were sent and never answered for.</summary>
internal sealed record ResolveBody
{
    /// <summary>True where the rows are at the destination and count as told; false where the next run sends them.</summary>
    public required bool Arrived { get; init; }

    /// <summary>Only these rows; all when left out.</summary>
    [MaxLength(1000)]
    public IReadOnlyList<string>? Keys { get; init; }
}

/// <summary>A token to make.</summary>
internal sealed record TokenBody
{
    /// <summary>Its name: who will use it.</summary>
    [RegularExpression(TokenName.Pattern)]
    public required string Name { get; init; }

    /// <summary>What its bearer may do.</summary>
    public required TokenRole Role { get; init; }

    /// <summary>For how long it is worth something, such as <c>90d</c> or <c>12h</c>; for good when left out.</summary>
    [RegularExpression("^[0-9]{1,5}(s|m|h|d)$")]
    public string? Expires { get; init; }
}
