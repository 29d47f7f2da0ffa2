using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.IntegrationTests.Planner;

public sealed class InsideRunTests : RunConformance<InsideHarness>;

public sealed class InsideMappingTests : MappingConformance<InsideHarness>;

public sealed class InsideDoubtTests : DoubtConformance<InsideHarness>;

public sealed class InsideDyingTests : DyingConformance<InsideHarness>;

public sealed class InsideExplanationTests : ExplanationConformance<InsideHarness>;

public sealed class InsideRetryTests : RetryConformance<InsideHarness>;

public sealed class InsideHistoryTests : HistoryConformance<InsideHarness>;

// On a slow way to rules that the other harnesses show in every run: ./test --long.
[Trait("Category", "Long")]
public sealed class InsideHistoryMembersTests : HistoryMembersConformance<InsideHarness>;

public sealed class InsideSavedPlanTests : SavedPlanConformance<InsideHarness>;

public sealed class InsideValueTests : ValueConformance<InsideHarness>;

public sealed class InsideConvergenceTests : ConvergenceConformance<InsideHarness>;

public sealed class InsideReferenceTests : ReferenceConformance<InsideHarness>;

public sealed class InsideChangedFieldsTests : ChangedFieldsConformance<InsideHarness>;

public sealed class InsideReplacementTests : ReplacementConformance<InsideHarness>;
