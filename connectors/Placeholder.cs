namespace ReverseEtl.Connectors;
