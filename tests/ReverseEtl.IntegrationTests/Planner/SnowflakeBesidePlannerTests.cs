using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.IntegrationTests.Planner;

public sealed class SnowflakeBesideRunTests : RunConformance<SnowflakeBesideHarness>;

public sealed class SnowflakeBesideMappingTests : MappingConformance<SnowflakeBesideHarness>;

public sealed class SnowflakeBesideExplanationTests : ExplanationConformance<SnowflakeBesideHarness>;

public sealed class SnowflakeBesideSavedPlanTests : SavedPlanConformance<SnowflakeBesideHarness>;

public sealed class SnowflakeBesideValueTests : ValueConformance<SnowflakeBesideHarness>;

public sealed class SnowflakeBesideReferenceTests : ReferenceConformance<SnowflakeBesideHarness>;
