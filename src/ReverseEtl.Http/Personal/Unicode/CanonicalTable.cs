using System.Collections.Frozen;
using System.Globalization;

namespace ReverseEtl.Http.Personal.Unicode;

/// <summary>What Unicode says of single characters where normalisation form C is concerned; read from <c>Data/canonical.txt</c>.</summary>
internal sealed class CanonicalTable
{
    private static readonly Lazy<CanonicalTable> Loaded = new(() => new CanonicalTable());

    private readonly FrozenDictionary<int, byte> _classes;
    private readonly FrozenDictionary<int, (int First, int Second)> _decompositions;
    private readonly FrozenDictionary<(int First, int Second), int> _compositions;

    private CanonicalTable()
    {
        Dictionary<int, byte> classes = [];
        Dictionary<int, (int, int)> decompositions = [];
        Dictionary<(int, int), int> compositions = [];
        foreach (var line in DataFile.Lines("canonical.txt"))
        {
            var words = line.Split(' ');
            var code = Hex(words[1]);
            if (words[0] == "c")
            {
                for (var mark = code; mark <= Hex(words[2]); mark++)
                    classes[mark] = byte.Parse(words[3], CultureInfo.InvariantCulture);
                continue;
            }

            var parts = (Hex(words[2]), words.Length > 3 ? Hex(words[3]) : 0);
            decompositions[code] = parts;
            if (words[0] == "d")
                compositions[parts] = code;
        }

        (_classes, _decompositions, _compositions) =
            (classes.ToFrozenDictionary(), decompositions.ToFrozenDictionary(), compositions.ToFrozenDictionary());
    }

    public static CanonicalTable Instance => Loaded.Value;

    /// <summary>The canonical combining class; 0 for what starts a new character.</summary>
    public int Class(int code) => _classes.GetValueOrDefault(code);

    /// <summary>The two characters that one stands for; the second is 0 where it stands for a single other one.</summary>
    public bool TryDecompose(int code, out (int First, int Second) parts) => _decompositions.TryGetValue(code, out parts);

    /// <summary>The character that two make together.</summary>
    public bool TryCompose(int first, int second, out int code) => _compositions.TryGetValue((first, second), out code);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
