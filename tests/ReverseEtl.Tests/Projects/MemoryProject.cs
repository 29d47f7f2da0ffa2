using ReverseEtl.Server.Composition;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Tests.Projects;

/// <summary>A project that exists in the test only. It starts out right, so that each test breaks one thing.</summary>
internal sealed class MemoryProject : IProjectFiles, ISecretSource
{
    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal)
    {
        ["cdp.config.json"] = """
            {
              "project": "shop",
              "warehouse": { "type": "duckdb", "path": "shop.duckdb" },
              "destinations": {
                "hook": { "type": "webhook", "url": "https://hook.example/in" }
              }
            }
            """,
        ["models/profiles/customers.sql"] = """
            /* ---
            kind: profile
            key: customer_id
            --- */
            select customer_id, email from {{ source('shop', 'customers') }}
            """,
        ["models/segments/vips.sql"] = """
            /* ---
            kind: segment
            profile: customers
            --- */
            select customer_id from {{ ref('customers') }} where value > {{ var('value', 1000) }}
            """,
        ["models/syncs/vips_to_hook.yml"] = """
            sync: vips_to_hook
            model: vips
            destination: hook
            mode: mirror
            map:
              email: email
            """,
    };

    public Dictionary<string, string> Secrets { get; } = [];

    public string Folder => "/project";

    public string this[string path]
    {
        get => _files[path];
        set => _files[path] = value;
    }

    public void Remove(string path) => _files.Remove(path);

    public Project Load(string? environment = null) => new ProjectLoader(this, this, Registry.Types).Load(environment);

    /// <summary>The problems of a project that must not load, one line each.</summary>
    public IReadOnlyList<string> Problems(string? environment = null) =>
        [.. Assert.Throws<ProjectException>(() => Load(environment)).Problems.Select(problem => problem.ToString())];

    public MemoryProject With(string path, Func<string, string> edit)
    {
        var edited = edit(_files[path]);
        Assert.NotEqual(_files[path], edited);
        _files[path] = edited;
        return this;
    }

    public string? Read(string path) => _files.GetValueOrDefault(path);

    public IReadOnlyList<string>? List(string folder, string extension)
    {
        var below = _files.Keys.Where(path => path.StartsWith($"{folder}/", StringComparison.Ordinal)).ToList();
        return below.Count == 0 ? null : [.. below.Where(path => path.EndsWith(extension, StringComparison.Ordinal))];
    }

    public string? Environment(string name) => Secrets.GetValueOrDefault(name);

    public string? File(string path) => _files.GetValueOrDefault(path);
}
