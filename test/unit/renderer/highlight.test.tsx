// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { Highlight } from "../../../renderer/ui/Highlight.tsx";

afterEach(cleanup);

/** The drawn text, with its marks in brackets. */
function drawn(text: string, ...terms: string[]): string {
  const { container } = render(<Highlight text={text} terms={terms} />);
  return container.innerHTML.replaceAll(/<mark[^>]*>/g, "[").replaceAll("</mark>", "]");
}

describe("searched words in a text", () => {
  it.each([
    ["of each word its first place", "mail-worker-0123", ["mail", "0123"], "[mail]-worker-[0123]"],
    ["in the order of the text, not of the words", "mail-0123", ["0123", "mail"], "[mail]-[0123]"],
    ["words that overlap or touch share a mark", "postgres", ["post", "stg", "re"], "[postgre]s"],
    ["a word within another", "postgres", ["postgres", "gre"], "[postgres]"],
    ["whatever the case", "Northwind Labs", ["labs"], "Northwind [Labs]"],
    ["none that is not there", "web", ["mail", "0123"], "web"],
    ["none without words", "web", [], "web"],
    ["none in a text whose lower case is longer", "\u0130mail", ["mail"], "\u0130mail"],
  ] as const)("%s", (_what, text, terms, wanted) => {
    expect(drawn(text, ...terms)).toBe(wanted);
  });
});
