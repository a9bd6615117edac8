// The probabilities of all classes as bars.

import { Shares } from "../shared/shares.js";

export class Bars extends Shares {
  constructor() {
    super();
    this.node.classList.add("bars");
    this.node.dataset.testid = "live-bars";
  }
}
