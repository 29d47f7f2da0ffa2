namespace ReverseEtl.DuckDb;
