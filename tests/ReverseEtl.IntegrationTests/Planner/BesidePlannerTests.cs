using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.IntegrationTests.Planner;

public sealed class BesideRunTests : RunConformance<BesideHarness>;

public sealed class BesideMappingTests : MappingConformance<BesideHarness>;

public sealed class BesideExplanationTests : ExplanationConformance<BesideHarness>;

public sealed class BesideSavedPlanTests : SavedPlanConformance<BesideHarness>;

public sealed class BesideValueTests : ValueConformance<BesideHarness>;

// Random tables on a slow way to what the others show already: ./test --long.
[Trait("Category", "Long")]
public sealed class BesideConvergenceTests : ConvergenceConformance<BesideHarness>;

public sealed class BesideReferenceTests : ReferenceConformance<BesideHarness>;
