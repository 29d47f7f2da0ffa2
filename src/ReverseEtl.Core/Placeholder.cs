namespace ReverseEtl.Core;
