using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.IntegrationTests.Planner;

public sealed class SnowflakeBesideRunTests : RunConformance<SnowflakeBesideHarness>;

// Random tables on a slow way to what the others show already: ./test --long.
[Trait("Category", "Long")]
public sealed class SnowflakeBesideMappingTests : MappingConformance<SnowflakeBesideHarness>;

// Random tables on a slow way to what the others show already: ./test --long.
[Trait("Category", "Long")]
public sealed class SnowflakeBesideExplanationTests : ExplanationConformance<SnowflakeBesideHarness>;

public sealed class SnowflakeBesideSavedPlanTests : SavedPlanConformance<SnowflakeBesideHarness>;

public sealed class SnowflakeBesideValueTests : ValueConformance<SnowflakeBesideHarness>;

// Random tables on a slow way to what the others show already: ./test --long.
[Trait("Category", "Long")]
public sealed class SnowflakeBesideReferenceTests : ReferenceConformance<SnowflakeBesideHarness>;
