namespace ReverseEtl.State;
