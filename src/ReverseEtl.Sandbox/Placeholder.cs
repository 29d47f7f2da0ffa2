namespace ReverseEtl.Sandbox;
