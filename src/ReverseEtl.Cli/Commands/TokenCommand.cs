using System.CommandLine;
using ReverseEtl.Cli.Output;
using ReverseEtl.Server.Access;
using ReverseEtl.Server.Operations;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp token</c>: who may speak to the service that runs the project.</summary>
internal static class TokenCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The token's name: who uses it." };

    private static readonly Option<TokenRole> Role = new("--role")
    {
        Description = "viewer looks; operator also runs, cancels, pauses and resumes syncs and settles rows in doubt; admin also makes tokens.",
        HelpName = "R",
        Required = true,
    };

    private static readonly Option<string?> Expires = new("--expires") { Description = "For how long it is worth something, such as 90d; for good when left out.", HelpName = "T" };

    public static Command Create()
    {
        Role.AcceptOnlyFromAmong([.. Enum.GetNames<TokenRole>().Select(role => role.ToLowerInvariant())]);
        var create = new Command("create", "Makes a token and prints it, once.") { Name, Role, Expires };
        CommandContext.Handle(create, CreateAsync);
        var list = new Command("list", "The tokens; never their text.");
        CommandContext.Handle(list, ListAsync);
        var revoke = new Command("revoke", "Makes a token worth nothing; a service takes it no more within five seconds.") { Name };
        CommandContext.Handle(revoke, RevokeAsync);
        return new Command("token", "Tokens for the API of a project that runs as a service.") { create, list, revoke };
    }

    private static async Task<int> CreateAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenLocal("cdp token");
        var made = await Open(operations).CreateAsync(context.Get(Name)!, context.Get(Role), TokenLife.Parse(context.Get(Expires), Caller.CommandLine.Place), Caller.CommandLine, cancellationToken);
        if (context.Json)
        {
            Json.Write(made);
            return ExitCode.Ok;
        }

        Console.Out.WriteLine(made.Token);
        await Console.Error.WriteLineAsync($"this is shown once; keep it where {made.Info.Name} finds it, as CDP_TOKEN");
        return ExitCode.Ok;
    }

    private static async Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenLocal("cdp token");
        var list = await Open(operations).ListAsync(cancellationToken);
        if (context.Json)
            Json.Write(list);
        else if (list.Tokens.Count == 0)
            Console.Out.WriteLine("there is no token yet; cdp token create NAME --role viewer makes one");
        else
            WriteTable(list);
        return ExitCode.Ok;
    }

    private static async Task<int> RevokeAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenLocal("cdp token");
        await Open(operations).RevokeAsync(context.Get(Name)!, Caller.CommandLine, cancellationToken);
        if (context.Json)
            Json.Write(new RevokedToken(context.Get(Name)!));
        else
            Console.Out.WriteLine($"{context.Get(Name)}: worth nothing any more");
        return ExitCode.Ok;
    }

    private static void WriteTable(TokenList list)
    {
        var table = Terminal.Table("name", "role", "token", "made (UTC)", "by", "expires (UTC)");
        foreach (var token in list.Tokens)
        {
            table.AddRow(
                Markup.Escape(token.Name), token.Role.ToString().ToLowerInvariant(), Markup.Escape($"...{token.LastFour}"), Terminal.When(token.CreatedAt),
                Markup.Escape(token.CreatedBy), token.ExpiresAt is { } end ? Terminal.When(end) : "never");
        }

        Terminal.Out.Write(table);
    }

    private static TokenStore Open(LocalOperations operations) => new(operations.Session.StoreAsync, TimeProvider.System);
}
