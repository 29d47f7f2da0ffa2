using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.IntegrationTests.Planner;

public sealed class SnowflakeRunTests : RunConformance<SnowflakeInsideHarness>;

public sealed class SnowflakeMappingTests : MappingConformance<SnowflakeInsideHarness>;

public sealed class SnowflakeDoubtTests : DoubtConformance<SnowflakeInsideHarness>;

public sealed class SnowflakeDyingTests : DyingConformance<SnowflakeInsideHarness>;

// On a slow way to rules that the other harnesses show in every run: ./test --long.
[Trait("Category", "Long")]
public sealed class SnowflakeExplanationTests : ExplanationConformance<SnowflakeInsideHarness>;

public sealed class SnowflakeRetryTests : RetryConformance<SnowflakeInsideHarness>;

public sealed class SnowflakeHistoryTests : HistoryConformance<SnowflakeInsideHarness>;

// On a slow way to rules that the other harnesses show in every run: ./test --long.
[Trait("Category", "Long")]
public sealed class SnowflakeHistoryMembersTests : HistoryMembersConformance<SnowflakeInsideHarness>;

public sealed class SnowflakeSavedPlanTests : SavedPlanConformance<SnowflakeInsideHarness>;

public sealed class SnowflakeValueTests : ValueConformance<SnowflakeInsideHarness>;

// On a slow way to rules that the other harnesses show in every run: ./test --long.
[Trait("Category", "Long")]
public sealed class SnowflakeConvergenceTests : ConvergenceConformance<SnowflakeInsideHarness>;

// On a slow way to rules that the other harnesses show in every run: ./test --long.
[Trait("Category", "Long")]
public sealed class SnowflakeReferenceTests : ReferenceConformance<SnowflakeInsideHarness>;

public sealed class SnowflakeChangedFieldsTests : ChangedFieldsConformance<SnowflakeInsideHarness>;

public sealed class SnowflakeReplacementTests : ReplacementConformance<SnowflakeInsideHarness>;
