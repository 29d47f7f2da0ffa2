using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.IntegrationTests.Planner;

public sealed class BesideRunTests : RunConformance<BesideHarness>;

public sealed class BesideMappingTests : MappingConformance<BesideHarness>;

public sealed class BesideExplanationTests : ExplanationConformance<BesideHarness>;

public sealed class BesideSavedPlanTests : SavedPlanConformance<BesideHarness>;

public sealed class BesideValueTests : ValueConformance<BesideHarness>;

// On a slow way to rules that the other harnesses show in every run: ./test --long.
[Trait("Category", "Long")]
public sealed class BesideConvergenceTests : ConvergenceConformance<BesideHarness>;

public sealed class BesideReferenceTests : ReferenceConformance<BesideHarness>;
