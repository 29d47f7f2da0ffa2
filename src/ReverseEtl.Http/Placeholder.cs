namespace ReverseEtl.Http;
