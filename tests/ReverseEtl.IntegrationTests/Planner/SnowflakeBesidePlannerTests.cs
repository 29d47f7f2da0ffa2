using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.IntegrationTests.Planner;

public sealed class SnowflakeBesideRunTests : RunConformance<SnowflakeBesideHarness>;

// On a slow way to rules that the other harnesses show in every run: ./test --long.
[Trait("Category", "Long")]
public sealed class SnowflakeBesideMappingTests : MappingConformance<SnowflakeBesideHarness>;

// On a slow way to rules that the other harnesses show in every run: ./test --long.
[Trait("Category", "Long")]
public sealed class SnowflakeBesideExplanationTests : ExplanationConformance<SnowflakeBesideHarness>;

public sealed class SnowflakeBesideSavedPlanTests : SavedPlanConformance<SnowflakeBesideHarness>;

public sealed class SnowflakeBesideValueTests : ValueConformance<SnowflakeBesideHarness>;

// On a slow way to rules that the other harnesses show in every run: ./test --long.
[Trait("Category", "Long")]
public sealed class SnowflakeBesideReferenceTests : ReferenceConformance<SnowflakeBesideHarness>;
