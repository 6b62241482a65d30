// Asks with the client that openapi-generator made; prints what it was answered.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	rolepath "example.test/rolepath"
)

func must[T any](found T, _ any, err error) T {
	if err != nil {
		panic(err)
	}
	return found
}

func main() {
	config := rolepath.NewConfiguration()
	config.Servers = rolepath.ServerConfigurations{{URL: os.Args[1]}}
	client, ctx, role := rolepath.NewAPIClient(config), context.Background(), os.Args[2]
	gaps := must(client.GapsAPI.ListGaps(ctx).Limit(3).Execute())
	training := must(client.RolesAPI.TrainForRole(ctx, role).Execute())
	plan := must(client.RolesAPI.PlanRole(ctx, role).Execute())
	steps := []string{}
	for _, step := range plan.Steps {
		steps = append(steps, step.Task.Id)
	}
	found := map[string]any{
		"gaps":     []any{gaps.Total, gaps.Items[0].Competency.Name, gaps.Items[0].Status},
		"training": []any{training.Total, training.Items[0].Task.Id},
		"plan":     []any{plan.Hours, steps},
	}
	text, err := json.Marshal(found)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}
