using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Http;

/// <summary>A refusal as Slack writes it: <c>Errors</c> is an object of exactly two
/// members (docs/slack.md 8.1).</summary>
internal static class ErrorWriter
{
    public static void Write(Reply reply, SlackRefusal refusal, KnobValues knobs)
    {
        var description = refusal.Code;
        if (refusal.Pairs.Count > 0 && knobs.Get(KnobTable.Suffix) is ErrorSuffix.AsObserved)
            description +=
                $" ({string.Join(knobs.Get(KnobTable.PairSeparator), refusal.Pairs.Select(p => $"{p.Key}={p.Value}"))})";
        Write(reply, knobs.StatusOf(refusal), description, refusal.RetryAfter, knobs);
    }

    public static void Write(Reply reply, int status, string description, int? retryAfter, KnobValues knobs)
    {
        reply.Empty();
        reply.Status = status;
        if (knobs.Get(KnobTable.SendRetryAfter))
            reply.RetryAfter = retryAfter;
        var writer = reply.Json();
        writer.WriteStartObject();
        if (status == 429 && knobs.Get(KnobTable.RateBody) is LimitBody.WebApi)
        {
            writer.WriteBoolean("ok"u8, false);
            writer.WriteString("error"u8, "ratelimited"u8);
        }
        else
        {
            writer.WriteStartObject("Errors"u8);
            writer.WriteString("description"u8, description);
            writer.WriteNumber("code"u8, status);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }
}
