using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using ReverseEtl.Core.Config;
using ReverseEtl.Server.Operations.Json;

namespace ReverseEtl.Server.Api;

/// <summary>Holds parameters of an endpoint to the bounds that are declared on them, and refuses those that it has not.</summary>
internal static class ParameterCheck
{
    /// <summary>Makes the filter of an endpoint.</summary>
    public static EndpointFilterDelegate Make(EndpointFilterFactoryContext endpoint, EndpointFilterDelegate next)
    {
        var parameters = endpoint.MethodInfo.GetParameters();
        var bounds = parameters.SelectMany(parameter => parameter.GetCustomAttributes<ValidationAttribute>().Select(bound => (parameter.Position, NameOf(parameter), bound))).ToList();
        var names = parameters.Where(IsValue).Select(NameOf).ToList();
        return call =>
        {
            foreach (var name in call.HttpContext.Request.Query.Keys.Where(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase)))
                throw ApiException.Wrong($"there is no parameter \"{name}\"{Nearest.Hint(name, names)}", $"the query, {name}");
            foreach (var (at, name, bound) in bounds)
                Check(call.Arguments[at], name, bound);
            return next(call);
        };
    }

    /// <summary>Holds the properties of a body to theirs.</summary>
    public static void CheckBody(object body)
    {
        foreach (var property in body.GetType().GetProperties())
        {
            foreach (var bound in property.GetCustomAttributes<ValidationAttribute>())
                Check(property.GetValue(body), OperationJson.Whole.PropertyNamingPolicy!.ConvertName(property.Name), bound);
        }
    }

    private static void Check(object? value, string name, ValidationAttribute bound)
    {
        if (bound.IsValid(value))
            return;
        var words = bound switch
        {
            RangeAttribute range => $"must be from {range.Minimum} to {range.Maximum}",
            StringLengthAttribute length => $"must have from {length.MinimumLength} to {length.MaximumLength} characters",
            MaxLengthAttribute length => $"must have no more than {length.Length} entries",
            RegularExpressionAttribute pattern => $"must look like {pattern.Pattern}",
            _ => "is wrong",
        };
        throw ApiException.Wrong($"{name} {words}", name);
    }

    private static bool IsValue(ParameterInfo parameter) =>
        (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) is var type
        && (type == typeof(string) || type == typeof(int) || type == typeof(bool) || type == typeof(DateTimeOffset));

    private static string NameOf(ParameterInfo parameter) => parameter.GetCustomAttribute<FromQueryAttribute>()?.Name ?? parameter.Name!;
}
