using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.Stories.Believing;

namespace ScimGateway.Stories.Telling;

/// <summary>What Slack does otherwise than it usually would, and the model is told of it.</summary>
internal sealed class Troubles(Teller teller)
{
    private Model Model => teller.Model;

    /// <summary>Carries a step out; false if it is none of these.</summary>
    public bool Take(Step step)
    {
        var slack = teller.World.Slack;
        switch (step)
        {
            case Step.Weather weather:
                Model.HadWeather = true;
                slack.Faults.Add(
                    new Fault
                    {
                        Method = weather.Method,
                        Path = weather.Path,
                        Nth = weather.Nth,
                        Times = weather.Times,
                        Status = weather.Status,
                        Description = weather.Says,
                        RetryAfter = weather.RetryAfter,
                        DelayMs = weather.Delay,
                        AnswerDelayMs = weather.AnswerDelay,
                        Drop = weather.Drop is null ? null : Enum.Parse<Drop>(weather.Drop, ignoreCase: true),
                        Body = weather.Body is null ? null : Enum.Parse<SpoiledBody>(weather.Body, ignoreCase: true),
                        Effect = weather.Effect,
                    }
                );
                return true;
            case Step.Clear:
                slack.Faults.Clear();
                return true;
            case Step.Knob knob:
                Model.Turned.Add(knob.Name);
                Model.HadWeather = true;
                slack.Knobs.Set(knob.Name, JsonNode.Parse(knob.Value));
                return true;
            case Step.Token token:
                Model.WasShut = true;
                slack.Knobs.Set("auth.tokens", token.IsValid ? null : new JsonArray());
                return true;
            default:
                return false;
        }
    }
}
