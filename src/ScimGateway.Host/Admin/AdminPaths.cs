using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ScimGateway.Host.Security;
using ScimGateway.Host.Spelling;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>Where things are.</summary>
internal static class AdminPaths
{
    /// <summary>Its version.</summary>
    public const string Version = "v1";

    /// <summary>Where the admin API is.</summary>
    public const string Base = $"/admin/api/{Version}";

    /// <summary>The header that each answer below /admin has, and no proxy's page: it names the version.</summary>
    public const string Mark = "ScimGateway-Admin";

    /// <summary>Where a tenant is.</summary>
    public static string Of(string slug) => $"{Base}/tenants/{slug}";
}
