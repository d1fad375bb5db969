using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ScimGateway.Host.Operations;

/// <summary>How long the journal is kept.</summary>
internal sealed class JournalOptions
{
    /// <summary>
    /// How long an operation, or a notification, is kept after it has ended: 90 days by default, one at least.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(90);
}

/// <summary>Checks them at the start.</summary>
[OptionsValidator]
internal sealed partial class JournalOptionsValidator : IValidateOptions<JournalOptions>;
