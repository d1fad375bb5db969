using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace ScimGateway.Host.Security;

/// <summary>An issuer's keys cannot be taken; its words are for administrators.</summary>
internal sealed class UnreadableKeysException(string message) : Exception(message);
