using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.Tests.Planning;

public sealed class LocalRunTests : RunConformance<DuckDbHarness>;

public sealed class LocalMappingTests : MappingConformance<DuckDbHarness>;

public sealed class LocalDoubtTests : DoubtConformance<DuckDbHarness>;

public sealed class LocalDyingTests : DyingConformance<DuckDbHarness>;

public sealed class LocalExplanationTests : ExplanationConformance<DuckDbHarness>;

public sealed class LocalRetryTests : RetryConformance<DuckDbHarness>;

public sealed class LocalHistoryTests : HistoryConformance<DuckDbHarness>;

public sealed class LocalHistoryMembersTests : HistoryMembersConformance<DuckDbHarness>;

public sealed class LocalSavedPlanTests : SavedPlanConformance<DuckDbHarness>;

public sealed class LocalValueTests : ValueConformance<DuckDbHarness>;

public sealed class LocalConvergenceTests : ConvergenceConformance<DuckDbHarness>;

public sealed class JoinedConvergenceTests : ConvergenceConformance<JoiningHarness>;

public sealed class LocalReferenceTests : ReferenceConformance<DuckDbHarness>;

public sealed class JoinedReferenceTests : ReferenceConformance<JoiningHarness>;

public sealed class SomeTagsReferenceTests : ReferenceConformance<SomeTagsCollideHarness>;

public sealed class AllTagsReferenceTests : ReferenceConformance<AllTagsCollideHarness>;

public sealed class LocalChangedFieldsTests : ChangedFieldsConformance<DuckDbHarness>;

public sealed class LocalReplacementTests : ReplacementConformance<DuckDbHarness>;
